% -- SPDX-License-Identifier: 0BSD
% need"integer"
% shared("quantize", function()
/* q = x * steps + zero, rounded and clamped to int8, n elements a row */
BODY void quantize(const float *x, int xn, int8_t *q, int qn, int y0, int y1, int n, float steps, int zero)
{
    for (int row = y0; row < y1; row++) {
        const float *xr = x + row % xn * n;
        int8_t *qr = q + row % qn * n;
        for (int e = 0; e < n; e++) {
            const float v = xr[e] * steps;
            const float near = v > 512.0f ? 512.0f : v > -512.0f ? v : -512.0f; /* NaN, too */
            qr[e] = (int8_t)clamp_int(round_float(near) + zero, -128, 127);
        }
    }
}

% end)
% kernel("quantize", "x+ q+", w * c, f(1 / scale), zero)
