% -- SPDX-License-Identifier: 0BSD
% if has_plus then need"copy_floats" end
% need"add_scaled"
% if inside then need"taps_inside" end
/*
 * Mean over windows $(kh)x$(kw), stride $(sh),$(sw): x $(h)x$(w)x$(c) -> y $(oh)x$(ow)x$(c), padding $(top) above, $(left) left
 * $(inside and "does not count" or "counts as zeros")
 * Used by: $(users)
 */
KERNEL void $(fn)($(params))
{
    for (int oy = y0; oy < y1; oy++)
        for (int ox = 0; ox < $(ow); ox++) {
            float *out = y + oy % yn * $(ow * c) + ox * $(c);
% if has_plus then
            copy_floats(out, plus + oy % plusn * $(ow * c) + ox * $(c), $(c));
% else
            memset(out, 0, sizeof(float) * $(c));
% end
% local share = f(1 / (kh * kw))
% if inside then
%   share = "share"
            const float share = 1.0f / (float)(taps_inside(oy * $(sh) - $(top), $(kh), $(h)) * taps_inside(ox * $(sw) - $(left), $(kw), $(w)));
% end
            for (int ky = 0; ky < $(kh); ky++)
                for (int kx = 0; kx < $(kw); kx++) {
                    const int iy = oy * $(sh) + ky - $(top), ix = ox * $(sw) + kx - $(left);
                    if (iy >= 0 && iy < $(h) && ix >= 0 && ix < $(w))
                        add_scaled(out, $(share), x + iy % xn * $(w * c) + ix * $(c), $(c));
                }
        }
}

