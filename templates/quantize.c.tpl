% -- SPDX-License-Identifier: 0BSD
% need"integer"
/*
 * q = x / scale + $(zero), rounded and clamped to int8, $(h)x$(w)x$(c)
 * Used by: $(users)
 */
KERNEL void $(fn)($(params))
{
    for (int row = y0; row < y1; row++) {
        const float *xr = x + row % xn * $(w * c);
        int8_t *qr = q + row % qn * $(w * c);
        for (int e = 0; e < $(w * c); e++) {
            const float steps = xr[e] * $(f(1 / scale));
            const float near = steps > 512.0f ? 512.0f : steps > -512.0f ? steps : -512.0f; /* NaN, too */
            qr[e] = (int8_t)clamp_int(round_float(near) + ($(zero)), -128, 127);
        }
    }
}

