% -- SPDX-License-Identifier: 0BSD
% need"integer" need"gate_bits" need"tflite"
% shared("channel_sum", function()
/*
 * Sum of an int8 map, times sign, and term [c], n elements a row, rounded as TFLite does, clamped to lo .. hi; the mask, unless it is NULL, says
 * where a gradient passes
 */
BODY void channel_sum(const int8_t *a, int an, const int32_t *term, int8_t *y, int yn, uint8_t *mask, int maskn, int y0, int y1, int n, int c, int sign, int a_zero,
        int32_t a_multiplier, int a_shift, int32_t y_multiplier, int y_shift, int zero, int lo, int hi)
{
    for (int row = y0; row < y1; row++) {
        const int8_t *ar = a + row % an * n;
        int8_t *yr = y + row % yn * n;
        int ch = 0;
        for (int e = 0; e < n; e++) {
            const int32_t sum = sign * tflite_scale((ar[e] - a_zero) * (1 << 20), a_multiplier, a_shift) + term[ch];
            yr[e] = (int8_t)clamp_int(tflite_scale(sum, y_multiplier, y_shift) + zero, lo, hi);
            ch = ch + 1 < c ? ch + 1 : 0;
        }
        if (mask)
            gate_bits(mask + row % maskn * ((n + 7) / 8), yr, n, lo, hi);
    }
}

% end)
% kernel("channel_sum", "a+ term y+ ?mask+", w * c, c, sign, a_zero, a_multiplier, a_shift, y_multiplier, y_shift, y_zero, lo, hi)
