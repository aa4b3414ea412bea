% -- SPDX-License-Identifier: 0BSD
% local nb = (w * c + 7) // 8
/*
 * Gradient of PReLU: dx = dy where $(by == "mask" and "the mask's bit is set" or "x is above 0"), else weight[channel] * dy, $(h)x$(w)x$(c)
 * Used by: $(users)
 */
KERNEL void $(fn)($(params))
{
    for (int row = y0; row < y1; row++) {
        const float *dyr = dy + row % dyn * $(w * c);
        float *dxr = dx + row % dxn * $(w * c);
% if by == "mask" then
        const uint8_t *bits = gate + row % gaten * $(nb);
        for (int j = 0; j < $(nb); j++)
            for (int b = 0, e = j; b < 8 && e < $(w * c); b++, e += $(nb))
                dxr[e] = bits[j] >> b & 1 ? dyr[e] : weight[e % $(c)] * dyr[e];
% else
        const float *xr = gate + row % gaten * $(w * c);
        for (int i = 0; i < $(w); i++, dyr += $(c), xr += $(c), dxr += $(c))
            for (int ch = 0; ch < $(c); ch++)
                dxr[ch] = xr[ch] > 0.0f ? dyr[ch] : weight[ch] * dyr[ch];
% end
    }
}
