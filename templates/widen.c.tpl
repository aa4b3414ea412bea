% -- SPDX-License-Identifier: 0BSD
% include"gradient.c.tpl"
% local name = "widen_" .. gtype
% shared(name, function()
/* An integer gradient as floats, n elements a row */
BODY void $(name)(const $(gradient) *q, int qn, const int32_t *range, float *x, int xn, int y0, int y1, int n)
{
    const float unit = range_unit(range);

    for (int row = y0; row < y1; row++) {
        const $(gradient) *qr = q + row % qn * n;
        float *xr = x + row % xn * n;
        for (int e = 0; e < n; e++)
            xr[e] = (float)qr[e] * unit;
    }
}

% end)
% kernel(name, "q+ range x+", w * c)
