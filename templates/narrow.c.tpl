% -- SPDX-License-Identifier: 0BSD
% include"gradient.c.tpl"
% local name = "narrow_" .. gtype
% shared(name, function()
/* A gradient of floats as integers, n elements a row, plus one of integers unless NULL */
BODY void $(name)(const float *x, int xn, const $(gradient) *plus, int plusn, const int32_t *plus_range, $(gradient) *q, int qn, int32_t *range, int y0, int y1, int n)
{
    const float unit = 1.0f / range_unit(range);
    const int up = plus ? range[0] - plus_range[0] : 0;
    int32_t bits = 0;

    for (int row = y0; row < y1; row++) {
        const float *xr = x + row % xn * n;
        $(gradient) *qr = q + row % qn * n;
        for (int e = 0; e < n; e++) {
            const float steps = xr[e] * unit;
            const float near = steps > 1e9f ? 1e9f : steps > -1e9f ? steps : -1e9f;
            int32_t v = round_float(near);
            if (plus)
                v += shift_value(plus[row % plusn * n + e], up);
            bits |= v ^ v >> 31;
            qr[e] = ($(gradient))$(saturate("v"));
        }
    }
    range_see(range, bits);
}

% end)
% kernel(name, "x+ ?plus+ ?plus_range q+ range", w * c)
