% -- SPDX-License-Identifier: 0BSD
% include"gradient.c.tpl"
% if from then
%   local name = "widen_" .. gtype .. "_from"
%   shared(name, function()
/* The c channels of an integer gradient that `from` names, of the from_c of a pixel, as floats */
BODY void $(name)(const $(gradient) *q, int qn, const int32_t *range, const uint16_t *from, float *x, int xn, int y0, int y1, int width, int c, int from_c)
{
    const float unit = range_unit(range);

    for (int row = y0; row < y1; row++) {
        const $(gradient) *qr = q + row % qn * (width * from_c);
        float *xr = x + row % xn * (width * c);
        for (int i = 0; i < width; i++, qr += from_c, xr += c)
            for (int j = 0; j < c; j++)
                xr[j] = (float)qr[from[j]] * unit;
    }
}

%   end)
%   kernel(name, "q+ range from x+", w, c, from_c)
%   return
% end
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
