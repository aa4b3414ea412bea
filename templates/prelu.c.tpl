% -- SPDX-License-Identifier: 0BSD
% local nb = (w * c + 7) // 8
/*
 * PReLU: y = x where x is above 0, else weight[channel] * x, $(h)x$(w)x$(c)
% if has_mask then
 * Element b * $(nb) + j of a row is bit b of the mask's byte j: set where x is above 0.
% end
 * Used by: $(users)
 */
KERNEL void $(fn)($(params))
{
    for (int row = y0; row < y1; row++) {
        const float *xr = x + row % xn * $(w * c);
        float *yr = y + row % yn * $(w * c);
% if has_mask then
        uint8_t *bits = mask + row % maskn * $(nb);
        for (int j = 0; j < $(nb); j++) {
            unsigned set = 0;
            for (int b = 0, e = j; b < 8 && e < $(w * c); b++, e += $(nb))
                set |= (xr[e] > 0.0f ? 1u : 0u) << b;
            bits[j] = (uint8_t)set;
        }
% end
        for (int i = 0; i < $(w); i++, xr += $(c), yr += $(c))
            for (int ch = 0; ch < $(c); ch++)
                yr[ch] = xr[ch] > 0.0f ? xr[ch] : weight[ch] * xr[ch];
    }
}
