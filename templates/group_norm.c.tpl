% -- SPDX-License-Identifier: 0BSD
% shared("group_norm", function()
/* Group norm, groups of cg channels: y = (x - mean) * rstd * w + b, rows of `width` pixels of c channels */
BODY void group_norm(const float *x, int xn, const float *mean, const float *rstd, const float *w, const float *b, float *y, int yn, int y0, int y1, int width, int c, int cg)
{
    for (int row = y0; row < y1; row++)
        for (int i = 0; i < width; i++) {
            const float *xi = x + row % xn * (width * c) + i * c;
            float *yi = y + row % yn * (width * c) + i * c;
            for (int ch = 0; ch < c; ch++)
                yi[ch] = (xi[ch] - mean[ch / cg]) * rstd[ch / cg] * w[ch] + b[ch];
        }
}

% end)
% kernel("group_norm", "x+ mean rstd w b y+", w, c, c // groups)
