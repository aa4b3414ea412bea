% -- SPDX-License-Identifier: 0BSD
% local name = "dequantize_" .. qtype
% shared(name, function()
/* x = (q - zero) * scale, q of $(qtype), n elements a row */
BODY void $(name)(const $(qtype)_t *q, int qn, float *x, int xn, int y0, int y1, int n, int zero, float scale)
{
    for (int row = y0; row < y1; row++) {
        const $(qtype)_t *qr = q + row % qn * n;
        float *xr = x + row % xn * n;
        for (int e = 0; e < n; e++)
            xr[e] = (float)(qr[e] - zero) * scale;
    }
}

% end)
% kernel(name, "q+ x+", w * c, zero, f(scale))
