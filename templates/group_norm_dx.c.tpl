% -- SPDX-License-Identifier: 0BSD
% local cg = c // groups
/*
 * Group norm, gradient of the input: dx = rstd * (dy * w - sums[0] - xhat * sums[1]), $(h)x$(w)x$(c),
 * xhat = (x - mean) * rstd
 * Used by: $(users)
 */
KERNEL void $(fn)($(params))
{
    for (int row = y0; row < y1; row++)
        for (int i = 0; i < $(w); i++) {
            const float *dyi = dy + row % dyn * $(w * c) + i * $(c);
            const float *xi = x + row % xn * $(w * c) + i * $(c);
% if has_plus then
            const float *old = plus + row % plusn * $(w * c) + i * $(c);
% end
            float *dxi = dx + row % dxn * $(w * c) + i * $(c);
            for (int ch = 0; ch < $(c); ch++) {
                const int g = ch / $(cg);
                const float xhat = (xi[ch] - mean[g]) * rstd[g];
                const float d = rstd[g] * (dyi[ch] * w[ch] - sums[2 * g] - xhat * sums[2 * g + 1]);
                dxi[ch] = $(has_plus and "old[ch] + d" or "d");
            }
        }
}

