% -- SPDX-License-Identifier: 0BSD
% local integers = gtype ~= "f32"
% if integers then include"gradient.c.tpl" end
% local type = integers and gradient or "float"
% local name = "concat_dx" .. (integers and "_" .. gtype or "") .. (has_plus and "_plus" or "")
% local added = has_plus and "const " .. type .. " *plus, int plusn, " .. (integers and "const int32_t *plus_range, " or "") or ""
% shared(name, function()
/* Gradient of a part of a concatenation: channels from `first` on of dy [..][width][oc]$(has_plus and ", and what `plus` holds" or "") -> dx [..][width][c] */
BODY void $(name)(const $(type) *dy, int dyn, $(added)$(integers and "const int32_t *dy_range, " or "")$(type) *dx, int dxn, $(integers and "int32_t *range, " or "")int y0, int y1, int width, int c, int oc, int first)
{
% if integers then
    const int up_dy = range[0] - dy_range[0];
%   if has_plus then
    const int up = range[0] - plus_range[0];
%   end
    int32_t bits = 0;

% end
    for (int row = y0; row < y1; row++)
        for (int i = 0; i < width; i++) {
            const $(type) *from = dy + row % dyn * (width * oc) + i * oc + first;
            $(type) *to = dx + row % dxn * (width * c) + i * c;
% if has_plus then
            const $(type) *add = plus + row % plusn * (width * c) + i * c;
% end
% if integers then
            for (int ch = 0; ch < c; ch++) {
                const int32_t v = shift_sum(from[ch], up_dy)$(has_plus and " + shift_value(add[ch], up)" or "");
                bits |= v ^ v >> 31;
                to[ch] = ($(type))$(saturate("v"));
            }
% elseif has_plus then
            for (int ch = 0; ch < c; ch++)
                to[ch] = add[ch] + from[ch];
% else
            memcpy(to, from, sizeof(float) * (size_t)c);
% end
        }
% if integers then
    range_see(range, bits);
% end
}

% end)
% kernel(name, "dy+ " .. (has_plus and "plus+ " or "") .. (integers and (has_plus and "plus_range " or "") .. "dy_range " or "") .. "dx+" .. (integers and " range" or ""), w, c, oc, first)
