% -- SPDX-License-Identifier: 0BSD
% need"integer" need"gate_bits"
% shared("add_real", function()
/* An int8 map and one of floats, n elements a row; the sum has the scale of the first, 1 / steps */
BODY void add_real(const int8_t *a, int an, const float *b, int bn, int8_t *y, int yn, uint8_t *mask, int maskn, int y0, int y1, int n, float steps, int lo, int hi)
{
    for (int row = y0; row < y1; row++) {
        const int8_t *ar = a + row % an * n;
        const float *br = b + row % bn * n;
        int8_t *yr = y + row % yn * n;
        for (int e = 0; e < n; e++) {
            const float v = br[e] * steps;
            const float near = v > 512.0f ? 512.0f : v > -512.0f ? v : -512.0f; /* NaN, too */
            yr[e] = (int8_t)clamp_int(ar[e] + round_float(near), lo, hi);
        }
        if (mask)
            gate_bits(mask + row % maskn * ((n + 7) / 8), yr, n, lo, hi);
    }
}

% end)
% kernel("add_real", "a+ b+ y+ ?mask+", w * c, f(1 / scale), lo, hi)
