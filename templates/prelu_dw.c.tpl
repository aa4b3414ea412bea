% -- SPDX-License-Identifier: 0BSD
/*
 * Gradient of PReLU's weight: dy * x where x is not above 0, $(h)x$(w)x$(c) -> added to dw[$(c)], rows y0 to y1
 * Used by: $(users)
 */
KERNEL void $(fn)($(params))
{
% if not keep then
    if (y0 == 0)
        memset(dw, 0, sizeof(float) * $(c));
% end
    for (int row = y0; row < y1; row++) {
        const float *dyr = dy + row % dyn * $(w * c);
        const float *xr = x + row % xn * $(w * c);
        for (int i = 0; i < $(w); i++, dyr += $(c), xr += $(c))
            for (int ch = 0; ch < $(c); ch++)
                dw[ch] += xr[ch] > 0.0f ? 0.0f : dyr[ch] * xr[ch];
    }
}
