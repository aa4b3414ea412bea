% -- SPDX-License-Identifier: 0BSD
/*
 * The channels that index names: x $(h)x$(w)x$(c) -> y $(h)x$(w)x$(oc)
 * Used by: $(users)
 */
KERNEL void $(fn)($(params))
{
    for (int row = y0; row < y1; row++)
        for (int i = 0; i < $(w); i++) {
            const $(({ i8 = "int8_t", i16 = "int16", f32 = "float" })[type]) *in = x + row % xn * $(w * c) + i * $(c);
            $(({ i8 = "int8_t", i16 = "int16", f32 = "float" })[type]) *out = y + row % yn * $(w * oc) + i * $(oc);
            for (int j = 0; j < $(oc); j++)
                out[j] = in[index[j]];
        }
}

