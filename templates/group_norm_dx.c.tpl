% -- SPDX-License-Identifier: 0BSD
% local name = "group_norm_dx" .. (has_plus and "_plus" or "")
% shared(name, function()
/*
 * Group norm, gradient of the input: dx = rstd * (dy * w - sums[0] - xhat * sums[1]), rows of `width` pixels of c channels,
 * xhat = (x - mean) * rstd; groups of cg channels$(has_plus and "; what `plus` holds is added" or "")
 */
BODY void $(name)(const float *dy, int dyn, const float *x, int xn, const float *mean, const float *rstd, const float *w, const float *sums$(has_plus and ", const float *plus, int plusn" or ""),
        float *dx, int dxn, int y0, int y1, int width, int c, int cg)
{
    for (int row = y0; row < y1; row++)
        for (int i = 0; i < width; i++) {
            const float *dyi = dy + row % dyn * (width * c) + i * c;
            const float *xi = x + row % xn * (width * c) + i * c;
% if has_plus then
            const float *old = plus + row % plusn * (width * c) + i * c;
% end
            float *dxi = dx + row % dxn * (width * c) + i * c;
            for (int ch = 0; ch < c; ch++) {
                const int g = ch / cg;
                const float xhat = (xi[ch] - mean[g]) * rstd[g];
                const float d = rstd[g] * (dyi[ch] * w[ch] - sums[2 * g] - xhat * sums[2 * g + 1]);
                dxi[ch] = $(has_plus and "old[ch] + d" or "d");
            }
        }
}

% end)
% kernel(name, "dy+ x+ mean rstd w sums " .. (has_plus and "plus+ " or "") .. "dx+", w, c, c // groups)
