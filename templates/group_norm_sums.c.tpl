% -- SPDX-License-Identifier: 0BSD
% shared("group_norm_sums", function()
/*
 * Group norm, what the gradient needs of a whole group: the means of dy * w and of dy * w * xhat,
 * xhat = (x - mean) * rstd; dy, x [height][width][groups * cg] -> sums[groups][2], complete after the last row;
 * share is 1 / the values of a group
 */
BODY void group_norm_sums(const float *dy, int dyn, const float *x, int xn, const float *mean, const float *rstd, const float *w, float *sums, int y0, int y1,
        int height, int width, int groups, int cg, float share)
{
    const int c = groups * cg;

    if (y0 == 0)
        memset(sums, 0, sizeof(float) * 2 * (size_t)groups);
    for (int row = y0; row < y1; row++)
        for (int g = 0; g < groups; g++) {
            const float *dyg = dy + row % dyn * (width * c) + g * cg;
            const float *xg = x + row % xn * (width * c) + g * cg;
            float sum = 0.0f, dot = 0.0f;
            for (int i = 0; i < width; i++)
                for (int ch = 0; ch < cg; ch++) {
                    const float d = dyg[i * c + ch] * w[g * cg + ch];
                    sum += d;
                    dot += d * ((xg[i * c + ch] - mean[g]) * rstd[g]);
                }
            sums[2 * g] += sum;
            sums[2 * g + 1] += dot;
        }
    if (y1 == height)
        for (int g = 0; g < 2 * groups; g++)
            sums[g] *= share;
}

% end)
% kernel("group_norm_sums", "dy+ x+ mean rstd w sums", h, w, groups, c // groups, f(1 / (h * w * (c // groups))))
