% if has_plus then need"copy_floats" end
/*
 * The transpose of take: x $(h)x$(w)x$(c) is added to the channels of y $(h)x$(w)x$(oc) that index names
 * Used by: $(users)
 */
KERNEL void $(fn)($(params))
{
    for (int row = y0; row < y1; row++)
        for (int i = 0; i < $(w); i++) {
            const float *in = x + row % xn * $(w * c) + i * $(c);
            float *out = y + row % yn * $(w * oc) + i * $(oc);
% if has_plus then
            copy_floats(out, plus + row % plusn * $(w * oc) + i * $(oc), $(oc));
% else
            memset(out, 0, sizeof(float) * $(oc));
% end
            for (int j = 0; j < $(c); j++)
                out[index[j]] += in[j];
        }
}

