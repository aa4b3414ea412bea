% -- SPDX-License-Identifier: 0BSD
% -- concat(name, title, type, zero, more, numbers, copy): a function that writes the channels of maps x0, x1, ... one after the
% -- other, and the line of this shape. Its arguments are y_zero, if there is a `zero`, and for map k ck, how many channels, and
% -- what `more` declares, in which $ stands for k; `numbers` names these (of factor, factor .. k is bound). copy(k) writes
% -- what puts a pixel of map k at `to`.
% local bound = _ENV
% function concat(name, title, type, zero, more, numbers, copy)
%   local maps, parts, pass, values, sum = "", "", "", { w, zero }, ""
%   for k = 0, count - 1 do
%     maps, pass = maps .. ("const %s *x%d, int x%dn, "):format(type, k, k), pass .. "x" .. k .. "+ "
%     parts, values[#values + 1] = parts .. ", int c" .. k .. more:gsub("%$", k), bound["c" .. k]
%     sum = sum .. (k > 0 and " + c" or "c") .. k
%     for _, number in ipairs(numbers) do values[#values + 1] = bound[number .. k] end
%   end
%   shared(name, function()
/* $(title): x0, x1, ... of c0, c1, ... channels and [..][width] pixels -> y */
BODY void $(name)($(maps)$(type) *y, int yn, int y0, int y1, int width$(zero and ", int y_zero" or "")$(parts))
{
    const int all = $(sum);

    for (int row = y0; row < y1; row++)
        for (int i = 0; i < width; i++) {
            $(type) *to = y + row % yn * (width * all) + i * all;
%     for k = 0, count - 1 do
%       copy(k)
%       if k < count - 1 then
            to += c$(k);
%       end
%     end
        }
}

%   end)
%   kernel(name, pass .. "y+", table.unpack(values))
% end
