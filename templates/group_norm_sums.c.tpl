% -- SPDX-License-Identifier: 0BSD
% local cg = c // groups
/*
 * Group norm, what the gradient needs of a whole group: the means of dy * w and of dy * w * xhat,
 * xhat = (x - mean) * rstd; dy, x $(h)x$(w)x$(c) -> sums[$(groups)][2], complete after the last row
 * Used by: $(users)
 */
KERNEL void $(fn)($(params))
{
    if (y0 == 0)
        memset(sums, 0, sizeof(float) * $(2 * groups));
    for (int row = y0; row < y1; row++)
        for (int g = 0; g < $(groups); g++) {
            const float *dyg = dy + row % dyn * $(w * c) + g * $(cg);
            const float *xg = x + row % xn * $(w * c) + g * $(cg);
            float sum = 0.0f, dot = 0.0f;
            for (int i = 0; i < $(w); i++)
                for (int ch = 0; ch < $(cg); ch++) {
                    const float d = dyg[i * $(c) + ch] * w[g * $(cg) + ch];
                    sum += d;
                    dot += d * ((xg[i * $(c) + ch] - mean[g]) * rstd[g]);
                }
            sums[2 * g] += sum;
            sums[2 * g + 1] += dot;
        }
    if (y1 == $(h))
        for (int g = 0; g < $(2 * groups); g++)
            sums[g] *= $(f(1 / (h * w * cg)));
}

