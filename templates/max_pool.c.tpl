/*
 * Maximum over windows $(kh)x$(kw), stride $(sh),$(sw): x $(h)x$(w)x$(c) -> y $(oh)x$(ow)x$(c), padding $(top) above, $(left) left
 * never wins
% if has_index then
 * index: for each output the place ky * $(kw) + kx of its first maximum
% end
 * Used by: $(users)
 */
KERNEL void $(fn)($(params))
{
    for (int oy = y0; oy < y1; oy++)
        for (int ox = 0; ox < $(ow); ox++) {
            $(xtype == "i8" and "int8_t" or "float") *out = y + oy % yn * $(ow * c) + ox * $(c);
% if has_index then
            uint8_t *place = index + oy % indexn * $(ow * c) + ox * $(c);
% end
            int first = 1;
            for (int ky = 0; ky < $(kh); ky++)
                for (int kx = 0; kx < $(kw); kx++) {
                    const int iy = oy * $(sh) + ky - $(top), ix = ox * $(sw) + kx - $(left);
                    if (iy < 0 || iy >= $(h) || ix < 0 || ix >= $(w))
                        continue;
                    const $(xtype == "i8" and "int8_t" or "float") *in = x + iy % xn * $(w * c) + ix * $(c);
                    for (int ch = 0; ch < $(c); ch++)
% if xtype == "i8" then
                        if (first || in[ch] > out[ch]) {
% else
                        /* A NaN wins and stays, so that it is noticed. */
                        if (first || in[ch] > out[ch] || in[ch] != in[ch]) {
% end
                            out[ch] = in[ch];
% if has_index then
                            place[ch] = (uint8_t)(ky * $(kw) + kx);
% end
                        }
                    first = 0;
                }
        }
}

