% -- SPDX-License-Identifier: 0BSD
% include"gradient.c.tpl"
/*
 * Every pixel gets dy / $(pixels): dy [$(c)] -> dx $(h)x$(w)x$(c)
 * Used by: $(users)
 */
KERNEL void $(fn)($(params))
{
    const struct turn t = turn_of($(reciprocal(pixels)) + range[0] - dy_range[0]);
% if has_plus then
    const int up = range[0] - plus_range[0];
% end
    int32_t bits = 0;

    for (int row = y0; row < y1; row++)
        for (int e = 0; e < $(w * c); e++) {
            $(has_plus and "" or "const ")int32_t v = turn_sum(dy[e % $(c)], &t);
% if has_plus then
            v += shift_value(plus[row % plusn * $(w * c) + e], up);
% end
            bits |= v ^ v >> 31;
            dx[row % dxn * $(w * c) + e] = ($(gradient))$(saturate("v"));
        }
    range_see(range, bits);
}

