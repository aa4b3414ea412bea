% -- SPDX-License-Identifier: 0BSD
% need"integer"
% if has_mask then need"gate_bits" end
/*
 * int8 between $(lo) and $(hi), $(h)x$(w)x$(c)
 * Used by: $(users)
 */
KERNEL void $(fn)($(params))
{
    for (int row = y0; row < y1; row++) {
        const int8_t *xr = x + row % xn * $(w * c);
        int8_t *yr = y + row % yn * $(w * c);
        for (int e = 0; e < $(w * c); e++)
            yr[e] = (int8_t)clamp_int(xr[e], $(lo), $(hi));
% if has_mask then
        if (mask)
            gate_bits(mask + row % maskn * $((w * c + 7) // 8), yr, $(w * c), $(lo), $(hi));
% end
    }
}

