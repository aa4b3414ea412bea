% -- SPDX-License-Identifier: 0BSD
% need"integer"
% if has_mask then need"gate_bits" end
/*
 * An int8 map and one of floats, $(h)x$(w)x$(c); the sum has the scale of the first
 * Used by: $(users)
 */
KERNEL void $(fn)($(params))
{
    for (int row = y0; row < y1; row++) {
        const int8_t *ar = a + row % an * $(w * c);
        const float *br = b + row % bn * $(w * c);
        int8_t *yr = y + row % yn * $(w * c);
        for (int e = 0; e < $(w * c); e++) {
            const float steps = br[e] * $(f(1 / scale));
            const float near = steps > 512.0f ? 512.0f : steps > -512.0f ? steps : -512.0f; /* NaN, too */
            yr[e] = (int8_t)clamp_int(ar[e] + round_float(near), $(lo), $(hi));
        }
% if has_mask then
        if (mask)
            gate_bits(mask + row % maskn * $((w * c + 7) // 8), yr, $(w * c), $(lo), $(hi));
% end
    }
}

