% -- SPDX-License-Identifier: 0BSD
% local cg = c // groups
/*
 * Group norm, $(groups) groups of $(cg) channels: x $(h)x$(w)x$(c) -> mean[$(groups)], complete after the last row
 * Used by: $(users)
 */
KERNEL void $(fn)($(params))
{
    if (y0 == 0)
        memset(mean, 0, sizeof(float) * $(groups));
    for (int row = y0; row < y1; row++)
        for (int g = 0; g < $(groups); g++) {
            const float *xg = x + row % xn * $(w * c) + g * $(cg);
            float sum = 0.0f;
            for (int i = 0; i < $(w); i++)
                for (int ch = 0; ch < $(cg); ch++)
                    sum += xg[i * $(c) + ch];
            mean[g] += sum;
        }
    if (y1 == $(h))
        for (int g = 0; g < $(groups); g++)
            mean[g] *= $(f(1 / (h * w * cg)));
}

