% -- SPDX-License-Identifier: 0BSD
% if has_plus then need"copy_floats" end
% need"add_scaled"
% if inside then need"taps_inside" end
/*
 * Gradient of the mean over windows $(kh)x$(kw), stride $(sh),$(sw): dy $(oh)x$(ow)x$(c) -> dx $(h)x$(w)x$(c),
 * padding $(top) above, $(left) left$(inside and ", which does not count" or "")
 * Used by: $(users)
 */
KERNEL void $(fn)($(params))
{
    for (int iy = y0; iy < y1; iy++) {
        float *row = dx + iy % dxn * $(w * c);
% if has_plus then
        copy_floats(row, plus + iy % plusn * $(w * c), $(w * c));
% else
        memset(row, 0, sizeof(float) * $(w * c));
% end
        for (int oy = (iy + $(top)) / $(sh); oy >= 0 && oy * $(sh) + $(kh) > iy + $(top); oy--) {
            if (oy >= $(oh))
                continue;
            for (int ox = 0; ox < $(ow); ox++)$(inside and " {" or "")
% local share = f(1 / (kh * kw))
% if inside then
%   share = "share"
                const float share = 1.0f / (float)(taps_inside(oy * $(sh) - $(top), $(kh), $(h)) * taps_inside(ox * $(sw) - $(left), $(kw), $(w)));
% end
                for (int kx = 0; kx < $(kw); kx++) {
                    const int ix = ox * $(sw) + kx - $(left);
                    if (ix >= 0 && ix < $(w))
                        add_scaled(row + ix * $(c), $(share), dy + oy % dyn * $(ow * c) + ox * $(c), $(c));
                }
% if inside then
            }
% end
        }
    }
}

