% -- SPDX-License-Identifier: 0BSD
% shared("group_rstd", function()
/*
 * Group norm: x [height][width][groups * cg], mean -> rstd[groups], 1 / sqrt(variance + eps), complete after the last row;
 * share is 1 / the values of a group
 */
BODY void group_rstd(const float *x, int xn, const float *mean, float *rstd, int y0, int y1, int height, int width, int groups, int cg, float share, float eps)
{
    const int c = groups * cg;

    if (y0 == 0)
        memset(rstd, 0, sizeof(float) * (size_t)groups);
    for (int row = y0; row < y1; row++)
        for (int g = 0; g < groups; g++) {
            const float *xg = x + row % xn * (width * c) + g * cg;
            float sum = 0.0f;
            for (int i = 0; i < width; i++)
                for (int ch = 0; ch < cg; ch++) {
                    const float d = xg[i * c + ch] - mean[g];
                    sum += d * d;
                }
            rstd[g] += sum;
        }
    if (y1 == height)
        for (int g = 0; g < groups; g++) {
            const float deviation = sqrtf(rstd[g] * share + eps);
            rstd[g] = 1.0f / deviation;
        }
}

% end)
% kernel("group_rstd", "x+ mean rstd", h, w, groups, c // groups, f(1 / (h * w * (c // groups))), f(eps))
