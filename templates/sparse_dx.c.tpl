% -- SPDX-License-Identifier: 0BSD
/*
 * Gradient of zeros between the pixels of x $(h)x$(w)x$(c): of dy $(oh)x$(ow)x$(c) those that were x -> dx
 * Used by: $(users)
 */
KERNEL void $(fn)($(params))
{
    for (int iy = y0; iy < y1; iy++)
        for (int ix = 0; ix < $(w); ix++) {
            const float *from = dy + iy * $(sh) % dyn * $(ow * c) + ix * $(sw * c);
            float *to = dx + iy % dxn * $(w * c) + ix * $(c);
% if has_plus then
            const float *add = plus + iy % plusn * $(w * c) + ix * $(c);
            for (int ch = 0; ch < $(c); ch++)
                to[ch] = add[ch] + from[ch];
% else
            memcpy(to, from, sizeof(float) * $(c));
% end
        }
}

