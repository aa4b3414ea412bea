% -- SPDX-License-Identifier: 0BSD
% -- gradient_rows: a function that makes dx, rows of a gradient of floats or of integers (gtype), element by element from dy
% -- and what else it `reads`, plus `plus` where there is one; and the line of this shape.
% --
% --     name, title   of the function; more: a second line of its comment
% --     reads         its parameters between dy and plus; pass: the same as arguments of kernel
% --     numbers       its last parameters, behind n; values: those of this shape
% --     before()      writes lines before the first row, row() those before the elements of a row
% --     value         of an element: C without plus; of integers in units of dx
% --     element()     writes lines before that, after() those at the element's end; all of these may be absent
% local integers = gtype ~= "f32"
% if integers then include"gradient.c.tpl" end
% function gradient_rows(t)
%   local type = integers and gradient or "float"
%   local name = t.name .. (integers and "_" .. gtype or "") .. (has_plus and "_plus" or "")
%   local plus = not has_plus and "" or "const " .. type .. " *plus, int plusn, " .. (integers and "const int32_t *plus_range, " or "")
%   shared(name, function()
/*
 * $(t.title)$(has_plus and ", and what `plus` holds" or "") -> dx, n elements a row
%     if t.more then
 * $(t.more)
%     end
 */
BODY void $(name)(const $(type) *dy, int dyn, $(integers and "const int32_t *dy_range, " or "")$(t.reads)$(plus)$(type) *dx, int dxn, $(integers and "int32_t *range, " or "")int y0, int y1, int n$(t.numbers))
{
%     if integers and has_plus then
    const int up_plus = range[0] - plus_range[0];
%     end
%     if t.before then t.before() end
%     if integers then
    int32_t bits = 0;

%     end
    for (int row = y0; row < y1; row++) {
        const $(type) *dyr = dy + row % dyn * n;
%     if has_plus then
        const $(type) *plusr = plus + row % plusn * n;
%     end
        $(type) *dxr = dx + row % dxn * n;
%     if t.row then t.row() end
        for (int e = 0; e < n; e++) {
%     if t.element then t.element() end
            $(integers and (has_plus and "int32_t" or "const int32_t") or "const float") v = $(t.value);
%     if integers then
%       if has_plus then
            v += shift_value(plusr[e], up_plus);
%       end
            bits |= v ^ v >> 31;
            dxr[e] = ($(gradient))$(saturate("v"));
%     else
            dxr[e] = v$(has_plus and " + plusr[e]" or "");
%     end
%     if t.after then t.after() end
        }
    }
%     if integers then
    range_see(range, bits);
%     end
}

%   end)
%   kernel(name, "dy+ " .. (integers and "dy_range " or "") .. t.pass .. (has_plus and "plus+ " or "") .. (integers and has_plus and "plus_range " or "") ..
%       "dx+" .. (integers and " range" or ""), w * c, table.unpack(t.values))
% end
