% -- SPDX-License-Identifier: 0BSD
/*
 * The channels of each pixel as a vector of length 1: y = x / max(|x|, 1e-6), $(h)x$(w)x$(c)
 * Used by: $(users)
 */
KERNEL void $(fn)($(params))
{
    for (int row = y0; row < y1; row++)
        for (int i = 0; i < $(w); i++) {
            const float *from = x + row % xn * $(w * c) + i * $(c);
            float *to = y + row % yn * $(w * c) + i * $(c), squares = 0.0f;
            for (int ch = 0; ch < $(c); ch++)
                squares += from[ch] * from[ch];
            const float length = sqrtf(squares), factor = 1.0f / (length > 1e-6f ? length : 1e-6f);
            for (int ch = 0; ch < $(c); ch++)
                to[ch] = from[ch] * factor;
        }
}

