% -- SPDX-License-Identifier: 0BSD
% need"integer"
/*
 * Mean of $(pixels) pixels from their sum, halves away from zero
 * Used by: $(users)
 */
KERNEL void $(fn)($(params))
{
    for (int row = y0; row < y1; row++)
        for (int ch = 0; ch < $(c); ch++) {
            const int32_t sum = (int32_t)x[row % xn * $(c) + ch];
            y[row % yn * $(c) + ch] = (int8_t)((sum + (sum > 0 ? $(pixels // 2) : -$(pixels // 2))) / $(pixels));
        }
}

