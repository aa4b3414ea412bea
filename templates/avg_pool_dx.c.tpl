% -- SPDX-License-Identifier: 0BSD
% need"copy_floats" need"add_scaled"
% if inside then need"taps_inside" end
% local name = ("avg_pool_dx_k%dx%ds%dx%d"):format(kh, kw, sh, sw) .. (inside and "_inside" or "")
% local share = inside and "share" or f(1 / (kh * kw))
% shared(name, function()
/*
 * Gradient of the mean over windows $(kh)x$(kw), stride $(sh),$(sw): dy [oh][ow][c] -> dx [height][width][c], top rows and left columns
 * of padding$(inside and ", which does not count" or ""); plus what is there already, unless NULL
 */
BODY void $(name)(const float *dy, int dyn, const float *plus, int plusn, float *dx, int dxn, int y0, int y1, $(inside and "int height, " or "")int width, int c,
        int oh, int ow, int top, int left)
{
    for (int iy = y0; iy < y1; iy++) {
        float *row = dx + iy % dxn * (width * c);
        if (plus)
            copy_floats(row, plus + iy % plusn * (width * c), width * c);
        else
            memset(row, 0, sizeof(float) * (size_t)(width * c));
        for (int oy = (iy + top) / $(sh); oy >= 0 && oy * $(sh) + $(kh) > iy + top; oy--) {
            if (oy >= oh)
                continue;
            for (int ox = 0; ox < ow; ox++)$(inside and " {" or "")
% if inside then
                const float share = 1.0f / (float)(taps_inside(oy * $(sh) - top, $(kh), height) * taps_inside(ox * $(sw) - left, $(kw), width));
% end
                for (int kx = 0; kx < $(kw); kx++) {
                    const int ix = ox * $(sw) + kx - left;
                    if (ix >= 0 && ix < width)
                        add_scaled(row + ix * c, $(share), dy + oy % dyn * (ow * c) + ox * c, c);
                }
% if inside then
            }
% end
        }
    }
}

% end)
% if inside then
%   kernel(name, "dy+ ?plus+ dx+", h, w, c, oh, ow, top, left)
% else
%   kernel(name, "dy+ ?plus+ dx+", w, c, oh, ow, top, left)
% end
