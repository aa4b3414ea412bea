% -- SPDX-License-Identifier: 0BSD
% local ctype = xtype == "i8" and "int8_t" or "float"
% local bytes = (ow * c * index_bits + 7) // 8
/*
 * Maximum over windows $(kh)x$(kw), stride $(sh),$(sw): x $(h)x$(w)x$(c) -> y $(oh)x$(ow)x$(c), padding $(top) above, $(left) left
 * never wins
% if has_index then
 * index: for each output the place ky * $(kw) + kx of its first maximum, $(index_bits) bit$(index_bits > 1 and "s" or ""), the lowest first
% end
 * Used by: $(users)
 */
KERNEL void $(fn)($(params))
{
    for (int oy = y0; oy < y1; oy++) {
% if has_index then
        uint8_t *places = index + oy % indexn * $(bytes);
        memset(places, 0, $(bytes));
% end
        for (int ox = 0; ox < $(ow); ox++) {
            $(ctype) *out = y + oy % yn * $(ow * c) + ox * $(c);
            int first = 1;
            for (int ky = 0; ky < $(kh); ky++)
                for (int kx = 0; kx < $(kw); kx++) {
                    const int iy = oy * $(sh) + ky - $(top), ix = ox * $(sw) + kx - $(left);
                    if (iy < 0 || iy >= $(h) || ix < 0 || ix >= $(w))
                        continue;
                    const $(ctype) *in = x + iy % xn * $(w * c) + ix * $(c);
                    for (int ch = 0; ch < $(c); ch++)
% if xtype == "i8" then
                        if (first || in[ch] > out[ch]) {
% else
                        /* A NaN wins and stays, so that it is noticed. */
                        if (first || in[ch] > out[ch] || in[ch] != in[ch]) {
% end
                            out[ch] = in[ch];
% if has_index and index_bits == 8 then
                            places[ox * $(c) + ch] = (uint8_t)(ky * $(kw) + kx);
% elseif has_index then
                            const int bit = (ox * $(c) + ch) * $(index_bits);
                            uint8_t *place = places + bit / 8;
                            *place = (uint8_t)((*place & ~($((1 << index_bits) - 1) << bit % 8)) | (ky * $(kw) + kx) << bit % 8);
% end
                        }
                    first = 0;
                }
        }
    }
}

