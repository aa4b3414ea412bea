% -- SPDX-License-Identifier: 0BSD
/*
 * A bound on the weight gradient of dy $(oh)x$(ow)x$(oc) and x $(h)x$(w)x$(c): bound[0], complete after the
 * last row of dy. A sum that is not finite stays so.
 * Used by: $(users)
 */
KERNEL void $(fn)($(params))
{
    if (y0 == 0)
        bound[0] = bound[1] = 0.0f;
    for (int oy = y0; oy < y1; oy++) {
        const float *dyr = dy + oy % dyn * $(ow * oc);
        const int first = oy * $(sh) - $(top);
        for (int e = 0; e < $(ow * oc); e++)
            bound[0] += dyr[e] < 0.0f ? -dyr[e] : dyr[e];
        for (int iy = first < 0 ? 0 : first; iy < first + $((kh - 1) * dh + 1) && iy < $(h); iy++) {
            const float *xr = x + iy % xn * $(w * c);
            for (int e = 0; e < $(w * c); e++)
                bound[1] += xr[e] < 0.0f ? -xr[e] : xr[e];
        }
    }
    if (y1 == $(oh))
        bound[0] *= bound[1];
}

