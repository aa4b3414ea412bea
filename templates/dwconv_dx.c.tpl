% -- SPDX-License-Identifier: 0BSD
% include"window.c.tpl"
% local i8 = wtype == "i8"
/*
 * Gradient of depthwise convolution $(kh)x$(kw), stride $(sh),$(sw)$(dilated): dy $(oh)x$(ow)x$(c) -> dx $(h)x$(w)x$(c), padding $(top) above, $(left) left
% if i8 then
 * w int8 [$(kh)][$((kw + 3) // 4)][$(c)][4], times scale[$(c)], as the forward convolution has it
% else
 * w [$(kh)][$(kw)][$(c)], as the forward convolution has it
% end
 * Used by: $(users)
 */
% has_b = false
% total, from, period, advance, step = w, ow, sw, 1, tap_step(sh, dh)
% -- As few tiles as 8 columns allow, of one size as far as possible, and of whole strides.
% tile = (w + (w + 7) // 8 - 1) // ((w + 7) // 8)
% tile = (tile + sw - 1) // sw * sw
% function taps(j)
%     local list = {}
%     for kx = kw - 1, 0, -1 do
%         if (j + left - kx * dw) % sw == 0 then list[#list + 1] = { kx, (j + left - kx * dw) // sw } end
%     end
%     return list
% end
% include"depthwise.c.tpl"
KERNEL void $(fn)($(params))
{
    for (int ch = 0, n; ch < $(c); ch += n) {
        n = $(block_lanes);
        for (int iy = y0; iy < y1; iy++) {
            /* Row iy is met by the filter's rows ky, ky + $(step), ... from the output rows oy, oy - $(result_step(sh, dh)), ... */
            const float *rows[$(kh)] = {NULL};
% first_row_tap("            ")
% if dh > 1 then
            int ky1 = ky0;
            for (; ky1 < $(kh) && oy >= 0; ky1 += $(step), oy -= $(result_step(sh, dh)))
                rows[ky1] = dy + oy % dyn * $(ow * c);
% else
            int slot = oy % dyn, ky1 = ky0;
            for (; ky1 < $(kh) && oy >= 0; ky1 += $(sh), oy--) {
                rows[ky1] = dy + slot * $(ow * c);
                slot = slot > 0 ? slot - 1 : dyn - 1;
            }
% end
% call_block("ky0", "ky1", "plus + iy % plusn * " .. w * c, "dx + iy % dxn * " .. w * c)
        }
    }
}

