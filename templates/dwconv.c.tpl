% -- SPDX-License-Identifier: 0BSD
% include"window.c.tpl"
% local i8 = wtype == "i8"
/*
 * Depthwise convolution $(kh)x$(kw), stride $(sh),$(sw)$(dilated): x $(h)x$(w)x$(c) -> y $(oh)x$(ow)x$(c), padding $(top) above, $(left) left
% if i8 then
 * w int8 [$(kh)][$((kw + 3) // 4)][$(c)][4], times scale[$(c)]
% else
 * w [$(kh)][$(kw)][$(c)]
% end
 * Used by: $(users)
 */
% total, from, period, advance, step = ow, w, 1, sw, 1
% -- As few tiles as 8 columns allow, and of one size as far as possible.
% tile = (ow + (ow + 7) // 8 - 1) // ((ow + 7) // 8)
% function taps(j)
%     local list = {}
%     for kx = 0, kw - 1 do list[kx + 1] = { kx, j * sw - left + kx * dw } end
%     return list
% end
% include"depthwise.c.tpl"
KERNEL void $(fn)($(params))
{
    for (int ch = 0, n; ch < $(c); ch += n) {
        n = $(block_lanes);
        for (int oy = y0; oy < y1; oy++) {
            const float *rows[$(kh)] = {NULL};
            const int iy = oy * $(sh) - $(top);
            const int ky0 = iy < 0 ? $(taps_before("iy", dh)) : 0;
            const int ky1 = iy + $(window_h) > $(h) ? $(taps_until(h, "iy", dh)) : $(kh);
% if dh > 1 then
            for (int ky = ky0; ky < ky1; ky++)
                rows[ky] = x + (iy + ky * $(dh)) % xn * $(w * c);
% else
            int slot = (iy + ky0) % xn;
            for (int ky = ky0; ky < ky1; ky++) {
                rows[ky] = x + slot * $(w * c);
                slot = slot + 1 < xn ? slot + 1 : 0;
            }
% end
% call_block("ky0", "ky1", "plus + oy % plusn * " .. ow * c, "y + oy % yn * " .. ow * c)
        }
    }
}

