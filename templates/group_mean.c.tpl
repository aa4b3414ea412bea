% -- SPDX-License-Identifier: 0BSD
% shared("group_mean", function()
/* Group norm: x [height][width][groups * cg] -> mean[groups], complete after the last row; share is 1 / the values of a group */
BODY void group_mean(const float *x, int xn, float *mean, int y0, int y1, int height, int width, int groups, int cg, float share)
{
    const int c = groups * cg;

    if (y0 == 0)
        memset(mean, 0, sizeof(float) * (size_t)groups);
    for (int row = y0; row < y1; row++)
        for (int g = 0; g < groups; g++) {
            const float *xg = x + row % xn * (width * c) + g * cg;
            float sum = 0.0f;
            for (int i = 0; i < width; i++)
                for (int ch = 0; ch < cg; ch++)
                    sum += xg[i * c + ch];
            mean[g] += sum;
        }
    if (y1 == height)
        for (int g = 0; g < groups; g++)
            mean[g] *= share;
}

% end)
% kernel("group_mean", "x+ mean", h, w, groups, c // groups, f(1 / (h * w * (c // groups))))
