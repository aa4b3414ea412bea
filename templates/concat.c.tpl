% -- SPDX-License-Identifier: 0BSD
% include"parts.c.tpl"
% local parts = part"c"
/*
 * Channels one after the other: $(table.concat(parts, " + ")) -> y $(h)x$(w)x$(c)
 * Used by: $(users)
 */
KERNEL void $(fn)($(params))
{
    for (int row = y0; row < y1; row++)
        for (int i = 0; i < $(w); i++) {
            float *to = y + row % yn * $(w * c) + i * $(c);
% local first = 0
% for k, part in ipairs(parts) do
            memcpy(to$(first > 0 and " + " .. first or ""), x$(k - 1) + row % x$(k - 1)n * $(w * part) + i * $(part), sizeof(float) * $(part));
%   first = first + part
% end
        }
}
