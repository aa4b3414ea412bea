% -- SPDX-License-Identifier: 0BSD
% include"gradient.c.tpl"
/*
 * A gradient of floats$(has_plus and " added to one of integers" or " as integers"), $(h)x$(w)x$(c)
 * Used by: $(users)
 */
KERNEL void $(fn)($(params))
{
    const float unit = 1.0f / range_unit(range);
% if has_plus then
    const int up = range[0] - plus_range[0];
% end
    int32_t bits = 0;

    for (int row = y0; row < y1; row++) {
        const float *xr = x + row % xn * $(w * c);
        $(gradient) *qr = q + row % qn * $(w * c);
        for (int e = 0; e < $(w * c); e++) {
            const float steps = xr[e] * unit;
            const float near = steps > 1e9f ? 1e9f : steps > -1e9f ? steps : -1e9f;
            $(has_plus and "" or "const ")int32_t v = round_float(near);
% if has_plus then
            v += shift_value(plus[row % plusn * $(w * c) + e], up);
% end
            bits |= v ^ v >> 31;
            qr[e] = ($(gradient))$(saturate("v"));
        }
    }
    range_see(range, bits);
}

