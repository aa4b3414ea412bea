% -- SPDX-License-Identifier: 0BSD
% include"gradient.c.tpl"
/*
 * The sum of two integer gradients, $(h)x$(w)x$(c)
 * Used by: $(users)
 */
KERNEL void $(fn)($(params))
{
    const int up_a = range[0] - a_range[0], up_b = range[0] - b_range[0];
    int32_t bits = 0;

    for (int row = y0; row < y1; row++) {
        const $(gradient) *ar = a + row % an * $(w * c), *br = b + row % bn * $(w * c);
        $(gradient) *qr = q + row % qn * $(w * c);
        for (int e = 0; e < $(w * c); e++) {
            const int32_t v = shift_value(ar[e], up_a) + shift_value(br[e], up_b);
            bits |= v ^ v >> 31;
            qr[e] = ($(gradient))$(saturate("v"));
        }
    }
    range_see(range, bits);
}

