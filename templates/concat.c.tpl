% -- SPDX-License-Identifier: 0BSD
% local parts = { c0, c1 }
% if count > 2 then parts[3] = c2 end
% if count > 3 then parts[4] = c3 end
% if count > 4 then parts[5] = c4 end
% if count > 5 then parts[6] = c5 end
% if count > 6 then parts[7] = c6 end
% if count > 7 then parts[8] = c7 end
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
