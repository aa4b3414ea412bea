% -- SPDX-License-Identifier: 0BSD
% if has_plus then need"copy_floats" end
% need"add_scaled"
% if inside then need"taps_inside" end
% local name = ("avg_pool_k%dx%ds%dx%d"):format(kh, kw, sh, sw) .. (inside and "_inside" or "") .. (has_plus and "_plus" or "")
% local share = inside and "share" or f(1 / (kh * kw))
% shared(name, function()
/*
 * Mean over windows $(kh)x$(kw), stride $(sh),$(sw): x [height][width][c] -> y [..][ow][c]; padding, top rows and left columns, $(inside and "does not count" or "counts as zeros")
 */
BODY void $(name)(const float *x, int xn, $(has_plus and "const float *plus, int plusn, " or "")float *y, int yn, int y0, int y1, int height, int width, int c,
        int ow, int top, int left)
{
    for (int oy = y0; oy < y1; oy++)
        for (int ox = 0; ox < ow; ox++) {
            float *out = y + oy % yn * (ow * c) + ox * c;
% if has_plus then
            copy_floats(out, plus + oy % plusn * (ow * c) + ox * c, c);
% else
            memset(out, 0, sizeof(float) * (size_t)c);
% end
% if inside then
            const float share = 1.0f / (float)(taps_inside(oy * $(sh) - top, $(kh), height) * taps_inside(ox * $(sw) - left, $(kw), width));
% end
            for (int ky = 0; ky < $(kh); ky++)
                for (int kx = 0; kx < $(kw); kx++) {
                    const int iy = oy * $(sh) + ky - top, ix = ox * $(sw) + kx - left;
                    if (iy >= 0 && iy < height && ix >= 0 && ix < width)
                        add_scaled(out, $(share), x + iy % xn * (width * c) + ix * c, c);
                }
        }
}

% end)
% kernel(name, has_plus and "x+ plus+ y+" or "x+ y+", h, w, c, ow, top, left)
