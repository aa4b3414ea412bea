% -- SPDX-License-Identifier: 0BSD
% include"gradient.c.tpl"
/*
 * An integer gradient as floats, $(h)x$(w)x$(c)
 * Used by: $(users)
 */
KERNEL void $(fn)($(params))
{
    const float unit = range_unit(range);

    for (int row = y0; row < y1; row++) {
        const $(gradient) *qr = q + row % qn * $(w * c);
        float *xr = x + row % xn * $(w * c);
        for (int e = 0; e < $(w * c); e++)
            xr[e] = (float)qr[e] * unit;
    }
}

