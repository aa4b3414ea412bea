% -- SPDX-License-Identifier: 0BSD
/*
 * Sigmoid: y = 1 / (1 + exp(-x)), $(h)x$(w)x$(c)
 * Used by: $(users)
 */
KERNEL void $(fn)($(params))
{
    for (int row = y0; row < y1; row++) {
        const float *xr = x + row % xn * $(w * c);
        float *yr = y + row % yn * $(w * c);
        for (int e = 0; e < $(w * c); e++) {
            const float power = expf(-xr[e]); /* alone: where double is float, libraries have expf return double */
            yr[e] = 1.0f / (1.0f + power);
        }
    }
}

