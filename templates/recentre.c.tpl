% -- SPDX-License-Identifier: 0BSD
/*
 * q = u - 128: an image of uint8 as int8, $(h)x$(w)x$(c)
 * Used by: $(users)
 */
KERNEL void $(fn)($(params))
{
    for (int row = y0; row < y1; row++) {
        const uint8_t *ur = u + row % un * $(w * c);
        int8_t *qr = q + row % qn * $(w * c);
        int e = 0;
        for (; e + 4 <= $(w * c); e += 4) {
            uint32_t four;
            memcpy(&four, ur + e, 4);
            four ^= 0x80808080u;
            memcpy(qr + e, &four, 4);
        }
        for (; e < $(w * c); e++)
            qr[e] = (int8_t)(ur[e] - 128);
    }
}

