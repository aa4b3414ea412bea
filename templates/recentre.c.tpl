/*
 * q = u - 128: an image of uint8 as int8, $(h)x$(w)x$(c)
 * Used by: $(users)
 */
KERNEL void $(fn)($(params))
{
    for (int row = y0; row < y1; row++) {
        const uint8_t *ur = u + row % un * $(w * c);
        int8_t *qr = q + row % qn * $(w * c);
        for (int e = 0; e < $(w * c); e++)
            qr[e] = (int8_t)(ur[e] - 128);
    }
}

