% -- SPDX-License-Identifier: 0BSD
/*
 * Nearest neighbours: x $(h)x$(w)x$(c) -> y $(oh)x$(ow)x$(c)
 * Used by: $(users)
 */
KERNEL void $(fn)($(params))
{
    for (int oy = y0; oy < y1; oy++) {
        const $(element) *from = x + (int)((int32_t)oy * $(h) / $(oh)) % xn * $(w * c);
        $(element) *out = y + oy % yn * $(ow * c);
        for (int ox = 0; ox < $(ow); ox++)
            for (int ch = 0; ch < $(c); ch++)
                out[ox * $(c) + ch] = from[(int)((int32_t)ox * $(w) / $(ow)) * $(c) + ch];
    }
}

