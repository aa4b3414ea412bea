% -- SPDX-License-Identifier: 0BSD
% include"parts.c.tpl"
% need"integer"
% local parts, bits, factors, constants = part"c", part"bits", part"factor", part"constant"
/*
 * Channels one after the other, of int8, each from its own scale to that of y: $(table.concat(parts, " + ")) -> y $(h)x$(w)x$(c)
 * Used by: $(users)
 */
KERNEL void $(fn)($(params))
{
    for (int row = y0; row < y1; row++)
        for (int i = 0; i < $(w); i++) {
            int8_t *to = y + row % yn * $(w * c) + i * $(c);
% local first = 0
% for k, part in ipairs(parts) do
%   local from = ("x%d + row %% x%dn * %d + i * %d"):format(k - 1, k - 1, w * part, part)
%   local to = first > 0 and "to + " .. first or "to"
%   if factors[k] == 1 << bits[k] and constants[k] == (1 << bits[k] >> 1) - y_zero * factors[k] then
            memcpy($(to), $(from), $(part));
%   else
            {
                const int8_t *from = $(from);
                for (int ch = 0; ch < $(part); ch++)
                    to[$(first > 0 and first .. " + " or "")ch] = (int8_t)saturate_int8(((from[ch] * (int32_t)$(factors[k]) + ($(constants[k]))) >> $(bits[k])) + ($(y_zero)));
            }
%   end
%   first = first + part
% end
        }
}

