% -- SPDX-License-Identifier: 0BSD
/*
 * y = table[x], $(h)x$(w)x$(c)
 * Used by: $(users)
 */
KERNEL void $(fn)($(params))
{
    for (int row = y0; row < y1; row++) {
        const int8_t *xr = x + row % xn * $(w * c);
        int8_t *yr = y + row % yn * $(w * c);
        for (int e = 0; e < $(w * c); e++)
            yr[e] = table[(uint8_t)xr[e]];
    }
}

