% -- SPDX-License-Identifier: 0BSD
% local i8 = wtype == "i8"
/*
 * Gradient of depthwise convolution $(kh)x$(kw), stride $(sh),$(sw): dy $(oh)x$(ow)x$(c) -> dx $(h)x$(w)x$(c), padding $(top) above, $(left) left
% if i8 then
 * w int8 [$(kh)][$((kw + 3) // 4)][$(c)][4], times scale[$(c)], as the forward convolution has it
% else
 * w [$(kh)][$(kw)][$(c)], as the forward convolution has it
% end
 * Used by: $(users)
 */
% has_b = false
% total, from, period, advance, step = w, ow, sw, 1, sh
% -- As few tiles as 8 columns allow, of one size as far as possible, and of whole strides.
% tile = (w + (w + 7) // 8 - 1) // ((w + 7) // 8)
% tile = (tile + sw - 1) // sw * sw
% function taps(j)
%     local list = {}
%     for kx = kw - 1, 0, -1 do
%         if (j + left - kx) % sw == 0 then list[#list + 1] = { kx, (j + left - kx) // sw } end
%     end
%     return list
% end
% include"depthwise.c.tpl"
KERNEL void $(fn)($(params))
{
    for (int ch = 0, n; ch < $(c); ch += n) {
        n = $(block_lanes);
        for (int iy = y0; iy < y1; iy++) {
            /* Row iy is met by the filter's rows ky, ky + $(sh), ... from the output rows oy, oy - 1, ... */
            const float *rows[$(kh)] = {NULL};
            int ky0 = (iy + $(top)) % $(sh), oy = (iy + $(top)) / $(sh);
            if (oy >= $(oh)) {
                ky0 += (oy - $(oh - 1)) * $(sh);
                oy = $(oh - 1);
            }
            int slot = oy % dyn, ky1 = ky0;
            for (; ky1 < $(kh) && oy >= 0; ky1 += $(sh), oy--) {
                rows[ky1] = dy + slot * $(ow * c);
                slot = slot > 0 ? slot - 1 : dyn - 1;
            }
% call_block("ky0", "ky1", "plus + iy % plusn * " .. w * c, "dx + iy % dxn * " .. w * c)
        }
    }
}

