% -- SPDX-License-Identifier: 0BSD
% need"add_pixels"
% local name = "global_pool" .. (unused"yn" and "_row" or "")
% shared(name, function()
/* Mean over all pixels: x [height][width][c] -> y [c], complete after the last row of x; share is 1 / their number */
BODY void $(name)(const float *x, int xn, float *y, $(unused"yn" and "int yn, " or "")int y0, int y1, int height, int width, int c, float share)
{
% if unused"yn" then
    (void)yn;
% end
    if (y0 == 0)
        memset(y, 0, sizeof(float) * (size_t)c);
    for (int row = y0; row < y1; row++)
        add_pixels(y, x + row % xn * (width * c), width, c);
    if (y1 == height)
        for (int ch = 0; ch < c; ch++)
            y[ch] *= share;
}

% end)
% kernel(name, unused"yn" and "x+ y+" or "x+ y", h, w, c, f(1 / (h * w)))
