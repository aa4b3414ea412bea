% -- SPDX-License-Identifier: 0BSD
/*
 * Gradient of vectors of length 1: what of dy is at right angles to x, divided by the length of x, $(h)x$(w)x$(c)
 * Used by: $(users)
 */
KERNEL void $(fn)($(params))
{
    for (int row = y0; row < y1; row++)
        for (int i = 0; i < $(w); i++) {
            const float *from = x + row % xn * $(w * c) + i * $(c), *d = dy + row % dyn * $(w * c) + i * $(c);
% if has_plus then
            const float *add = plus + row % plusn * $(w * c) + i * $(c);
% end
            float *to = dx + row % dxn * $(w * c) + i * $(c), squares = 0.0f, along = 0.0f;
            for (int ch = 0; ch < $(c); ch++) {
                squares += from[ch] * from[ch];
                along += from[ch] * d[ch];
            }
            const float length = sqrtf(squares), factor = 1.0f / (length > 1e-6f ? length : 1e-6f);
            const float back = length > 1e-6f ? along / squares : 0.0f;
            for (int ch = 0; ch < $(c); ch++)
                to[ch] = $(has_plus and "add[ch] + " or "")(d[ch] - from[ch] * back) * factor;
        }
}

