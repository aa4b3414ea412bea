% -- SPDX-License-Identifier: 0BSD
% local integers = gtype ~= "f32"
% local ctype = "float"
% if integers then
%   include"gradient.c.tpl"
%   ctype = gradient
% end
/*
 * dx = dy * slope[x] / 2^$(bits), $(h)x$(w)x$(c)
 * Used by: $(users)
 */
KERNEL void $(fn)($(params))
{
% if integers then
    const int up_dy = range[0] - dy_range[0] - $(bits);
%   if has_plus then
    const int up = range[0] - plus_range[0];
%   end
    int32_t bits = 0;

% end
    for (int row = y0; row < y1; row++) {
        const $(ctype) *from = dy + row % dyn * $(w * c);
        const int8_t *xr = x + row % xn * $(w * c);
% if has_plus then
        const $(ctype) *more = plus + row % plusn * $(w * c);
% end
        $(ctype) *to = dx + row % dxn * $(w * c);
        for (int e = 0; e < $(w * c); e++) {
% if integers then
            const int32_t v = shift_sum((int32_t)from[e] * slope[(uint8_t)xr[e]], up_dy)$(has_plus and " + shift_value(more[e], up)" or "");
            bits |= v ^ v >> 31;
            to[e] = ($(gradient))$(saturate("v"));
% else
            to[e] = from[e] * ((float)slope[(uint8_t)xr[e]] * $(f(2.0 ^ -bits)))$(has_plus and " + more[e]" or "");
% end
        }
    }
% if integers then
    range_see(range, bits);
% end
}

