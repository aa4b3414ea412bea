% -- SPDX-License-Identifier: 0BSD
/*
 * Zeros between pixels: x $(h)x$(w)x$(c) -> y $(oh)x$(ow)x$(c), every $(sh) rows and $(sw) columns a pixel of x
 * Used by: $(users)
 */
KERNEL void $(fn)($(params))
{
    for (int oy = y0; oy < y1; oy++) {
        $(element) *out = y + oy % yn * $(ow * c);
        memset(out, $(fill), sizeof(*out) * $(ow * c));
% if sh > 1 then
        if (oy % $(sh) != 0)
            continue;
% end
        for (int ix = 0; ix < $(w); ix++)
            memcpy(out + ix * $(sw * c), x + oy / $(sh) % xn * $(w * c) + ix * $(c), sizeof(*out) * $(c));
    }
}

