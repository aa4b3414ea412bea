% -- SPDX-License-Identifier: 0BSD
% local name = "prelu_dw" .. (keep and "_keep" or "")
% shared(name, function()
/* Gradient of PReLU's weight: dy * x where x is not above 0, both [..][width][c] -> added to dw[c], rows y0 to y1 */
BODY void $(name)(const float *dy, int dyn, const float *x, int xn, float *dw, int y0, int y1, int width, int c)
{
% if not keep then
    if (y0 == 0)
        memset(dw, 0, sizeof(float) * (size_t)c);
% end
    for (int row = y0; row < y1; row++) {
        const float *dyr = dy + row % dyn * (width * c);
        const float *xr = x + row % xn * (width * c);
        for (int i = 0; i < width; i++, dyr += c, xr += c)
            for (int ch = 0; ch < c; ch++)
                dw[ch] += xr[ch] > 0.0f ? 0.0f : dyr[ch] * xr[ch];
    }
}

% end)
% kernel(name, "dy+ x+ dw", w, c)
