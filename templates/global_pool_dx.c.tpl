% -- SPDX-License-Identifier: 0BSD
% need"copy_floats" need"add_scaled"
% local name = "global_pool_dx" .. (unused"dyn" and "_row" or "")
% shared(name, function()
/* Gradient of the mean over all pixels: dy [c] * share, and what `plus` holds, unless it is NULL -> dx [..][width][c]; share is 1 / their number */
BODY void $(name)(const float *dy, $(unused"dyn" and "int dyn, " or "")const float *plus, int plusn, float *dx, int dxn, int y0, int y1, int width, int c, float share)
{
% if unused"dyn" then
    (void)dyn; /* one row */
% end
    for (int row = y0; row < y1; row++)
        for (int i = 0; i < width; i++) {
            float *d = dx + row % dxn * (width * c) + i * c;
            if (plus)
                copy_floats(d, plus + row % plusn * (width * c) + i * c, c);
            else
                memset(d, 0, sizeof(float) * (size_t)c);
            add_scaled(d, share, dy, c);
        }
}

% end)
% kernel(name, (unused"dyn" and "dy+" or "dy") .. " ?plus+ dx+", w, c, f(1 / (h * w)))
