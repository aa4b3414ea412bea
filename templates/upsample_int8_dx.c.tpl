% -- SPDX-License-Identifier: 0BSD
% include"gradient.c.tpl"
% need"resize"
% local sum_type = drop > 0 and "int64_t" or "int32_t"
% local sum = drop > 0 and ("(int32_t)((sum[ch - from] + ((int64_t)1 << %d)) >> %d)"):format(drop - 1, drop) or "sum[ch - from]"
/*
 * Gradient of the bilinear resize of x $(h)x$(w)x$(c) to $(oh)x$(ow)x$(c): dy -> dx, its transpose
 * Used by: $(users)
 */
KERNEL void $(fn)($(params))
{
    const struct turn t = turn_of($(reciprocal(den_y * den_x)) + $(drop) + range[0] - dy_range[0]);
% if has_plus then
    const int up = range[0] - plus_range[0];
% end
    int32_t bits = 0;

    for (int iy = y0; iy < y1; iy++) {
        $(gradient) *row = dx + iy % dxn * $(w * c);
        const int end_y = resize_end(iy, $(h), $(oh), $(start_y), $(step_y), $(den_y));
        for (int ix = 0; ix < $(w); ix++) {
            const int end_x = resize_end(ix, $(w), $(ow), $(start_x), $(step_x), $(den_x));
            for (int from = 0; from < $(c); from += $(math.min(c, 16))) {
                const int to = $(c > 16 and ("from + 16 < %d ? from + 16 : %d"):format(c, c) or c);
                $(sum_type) sum[$(math.min(c, 16))] = {0};
                for (int oy = resize_begin(iy, $(start_y), $(step_y), $(den_y)); oy < end_y; oy++) {
                    const int part_y = resize_part(iy, oy, $(h), $(start_y), $(step_y), $(den_y));
                    for (int ox = resize_begin(ix, $(start_x), $(step_x), $(den_x)); ox < end_x; ox++) {
                        const $(sum_type) part = part_y * resize_part(ix, ox, $(w), $(start_x), $(step_x), $(den_x));
                        const $(gradient) *d = dy + oy % dyn * $(ow * c) + ox * $(c);
                        for (int ch = from; ch < to; ch++)
                            sum[ch - from] += part * d[ch];
                    }
                }
                for (int ch = from; ch < to; ch++) {
                    $(has_plus and "" or "const ")int32_t v = turn_away($(sum), &t);
% if has_plus then
                    v += shift_value(plus[iy % plusn * $(w * c) + ix * $(c) + ch], up);
% end
                    bits |= v ^ v >> 31;
                    row[ix * $(c) + ch] = ($(gradient))$(saturate("v"));
                }
            }
        }
    }
    range_see(range, bits);
}

