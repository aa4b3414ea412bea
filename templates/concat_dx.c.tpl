% -- SPDX-License-Identifier: 0BSD
% local integers = gtype ~= "f32"
% if integers then include"gradient.c.tpl" end
% local type = integers and gradient or "float"
/*
 * Gradient of a part of a concatenation: channels $(first) to $(first + c - 1) of dy $(h)x$(w)x$(oc) -> dx $(h)x$(w)x$(c)
 * Used by: $(users)
 */
KERNEL void $(fn)($(params))
{
% if integers then
    const int up_dy = range[0] - dy_range[0];
%   if has_plus then
    const int up = range[0] - plus_range[0];
%   end
    int32_t bits = 0;

% end
    for (int row = y0; row < y1; row++)
        for (int i = 0; i < $(w); i++) {
            const $(type) *from = dy + row % dyn * $(w * oc) + i * $(oc)$(first > 0 and " + " .. first or "");
            $(type) *to = dx + row % dxn * $(w * c) + i * $(c);
% if has_plus then
            const $(type) *add = plus + row % plusn * $(w * c) + i * $(c);
% end
% if integers then
            for (int ch = 0; ch < $(c); ch++) {
                const int32_t v = shift_sum(from[ch], up_dy)$(has_plus and " + shift_value(add[ch], up)" or "");
                bits |= v ^ v >> 31;
                to[ch] = ($(type))$(saturate("v"));
            }
% elseif has_plus then
            for (int ch = 0; ch < $(c); ch++)
                to[ch] = add[ch] + from[ch];
% else
            memcpy(to, from, sizeof(float) * $(c));
% end
        }
% if integers then
    range_see(range, bits);
% end
}
