% -- SPDX-License-Identifier: 0BSD
/*
 * Sum over all pixels of an int8 map, $(h)x$(w)x$(c) -> [$(c)]; floats count so far exactly
 * Used by: $(users)
 */
KERNEL void $(fn)($(params))
{
    if (y0 == 0)
        memset(y, 0, sizeof(float) * $(c));
    for (int row = y0; row < y1; row++)
        for (int i = 0; i < $(w); i++)
            for (int ch = 0; ch < $(c); ch++)
                y[ch] += (float)x[row % xn * $(w * c) + i * $(c) + ch];
}

