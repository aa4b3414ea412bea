% -- SPDX-License-Identifier: 0BSD
% local cg = c // groups
/*
 * Group norm, $(groups) groups of $(cg) channels: x $(h)x$(w)x$(c), mean -> rstd[$(groups)], 1 / sqrt(variance + eps),
 * complete after the last row
 * Used by: $(users)
 */
KERNEL void $(fn)($(params))
{
    if (y0 == 0)
        memset(rstd, 0, sizeof(float) * $(groups));
    for (int row = y0; row < y1; row++)
        for (int g = 0; g < $(groups); g++) {
            const float *xg = x + row % xn * $(w * c) + g * $(cg);
            float sum = 0.0f;
            for (int i = 0; i < $(w); i++)
                for (int ch = 0; ch < $(cg); ch++) {
                    const float d = xg[i * $(c) + ch] - mean[g];
                    sum += d * d;
                }
            rstd[g] += sum;
        }
    if (y1 == $(h))
        for (int g = 0; g < $(groups); g++) {
            const float deviation = sqrtf(rstd[g] * $(f(1 / (h * w * cg))) + $(f(eps)));
            rstd[g] = 1.0f / deviation;
        }
}

