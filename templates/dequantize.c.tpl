% -- SPDX-License-Identifier: 0BSD
/*
 * x = (q - $(zero)) * scale, q of $(qtype), $(h)x$(w)x$(c)
 * Used by: $(users)
 */
KERNEL void $(fn)($(params))
{
    for (int row = y0; row < y1; row++) {
        const $(qtype)_t *qr = q + row % qn * $(w * c);
        float *xr = x + row % xn * $(w * c);
        for (int e = 0; e < $(w * c); e++)
            xr[e] = (float)(qr[e] - ($(zero))) * $(f(scale));
    }
}

