% -- SPDX-License-Identifier: 0BSD
% local name = "group_norm_dw" .. (keep and "_keep" or "")
% shared(name, function()
/* Group norm, gradient of the weights: dy, x [..][width][c] -> dy * (x - mean) * rstd added to dw[c]; groups of cg channels */
BODY void $(name)(const float *dy, int dyn, const float *x, int xn, const float *mean, const float *rstd, float *dw, int y0, int y1, int width, int c, int cg)
{
% if not keep then
    if (y0 == 0)
        memset(dw, 0, sizeof(float) * (size_t)c);
% end
    for (int row = y0; row < y1; row++)
        for (int i = 0; i < width; i++) {
            const float *dyi = dy + row % dyn * (width * c) + i * c;
            const float *xi = x + row % xn * (width * c) + i * c;
            for (int ch = 0; ch < c; ch++)
                dw[ch] += dyi[ch] * ((xi[ch] - mean[ch / cg]) * rstd[ch / cg]);
        }
}

% end)
% kernel(name, "dy+ x+ mean rstd dw", w, c, c // groups)
