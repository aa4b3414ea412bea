% -- SPDX-License-Identifier: 0BSD
% local cg = c // groups
/*
 * Group norm, $(groups) groups of $(cg) channels: y = (x - mean) * rstd * w + b, $(h)x$(w)x$(c)
 * Used by: $(users)
 */
KERNEL void $(fn)($(params))
{
    for (int row = y0; row < y1; row++)
        for (int i = 0; i < $(w); i++) {
            const float *xi = x + row % xn * $(w * c) + i * $(c);
            float *yi = y + row % yn * $(w * c) + i * $(c);
            for (int ch = 0; ch < $(c); ch++)
                yi[ch] = (xi[ch] - mean[ch / $(cg)]) * rstd[ch / $(cg)] * w[ch] + b[ch];
        }
}

