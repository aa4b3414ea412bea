% -- SPDX-License-Identifier: 0BSD
% local cg = c // groups
/*
 * Group norm, gradient of the weights: dy, x $(h)x$(w)x$(c) -> dy * (x - mean) * rstd added to dw[$(c)]
 * Used by: $(users)
 */
KERNEL void $(fn)($(params))
{
% if not keep then
    if (y0 == 0)
        memset(dw, 0, sizeof(float) * $(c));
% end
    for (int row = y0; row < y1; row++)
        for (int i = 0; i < $(w); i++) {
            const float *dyi = dy + row % dyn * $(w * c) + i * $(c);
            const float *xi = x + row % xn * $(w * c) + i * $(c);
            for (int ch = 0; ch < $(c); ch++)
                dw[ch] += dyi[ch] * ((xi[ch] - mean[ch / $(cg)]) * rstd[ch / $(cg)]);
        }
}

