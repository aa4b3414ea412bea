% include"gradient.c.tpl"
% local block = math.min(c, 32)
/*
 * Transpose of depthwise convolution $(kh)x$(kw), stride $(sh),$(sw): dy $(oh)x$(ow)x$(c) -> dx $(h)x$(w)x$(c)
 * Used by: $(users)
 */
KERNEL void $(fn)($(params))
{
    const int exponent = turn[$(c)] + range[0] - dy_range[0];
% if has_plus then
    const int up = range[0] - plus_range[0];
% end
    int32_t bits = 0;

    for (int ch = 0; ch < $(c); ch += $(block)) {
        const int n = ch + $(block) < $(c) ? $(block) : $(c) - ch;
        struct turn t[$(block)];
        for (int k = 0; k < n; k++)
            t[k] = turn_of(turn[ch + k], exponent);
        for (int row = y0; row < y1; row++)
            for (int column = 0; column < $(w); column++) {
                $(gradient) *to = dx + row % dxn * $(w * c) + column * $(c) + ch;
                int32_t sums[$(block)] = {0};
                for (int ky = 0; ky < $(kh); ky++) {
                    const int oy = row + $(top) - ky;
                    if (oy < 0 || oy % $(sh) != 0 || oy / $(sh) >= $(oh))
                        continue;
                    for (int kx = 0; kx < $(kw); kx++) {
                        const int ox = column + $(left) - kx;
                        if (ox < 0 || ox % $(sw) != 0 || ox / $(sw) >= $(ow))
                            continue;
                        const int8_t *wt = w + (ky * $(kw) + kx) * $(c) + ch;
                        const $(gradient) *from = dy + oy / $(sh) % dyn * $(ow * c) + ox / $(sw) * $(c) + ch;
                        for (int k = 0; k < n; k++)
                            sums[k] += wt[k] * from[k];
                    }
                }
                for (int k = 0; k < n; k++) {
                    int32_t v = turn_sum(sums[k], &t[k]);
% if has_plus then
                    v += shift_value(plus[row % plusn * $(w * c) + column * $(c) + ch + k], up);
% end
                    bits |= v ^ v >> 31;
                    to[k] = ($(gradient))$(saturate("v"));
                }
            }
    }
    range_see(range, bits);
}

