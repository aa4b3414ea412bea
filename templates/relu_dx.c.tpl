% -- SPDX-License-Identifier: 0BSD
% include"elementwise.c.tpl"
% local n, nb = w * c, (w * c + 7) // 8
% local six = limit == 6
/*
 * Gradient of $(six and "relu6" or "relu"): dy $(h)x$(w)x$(c), passed where $(by == "mask" and "the mask's bit is set" or "0 < y" .. (six and " < 6" or "")) -> dx
 * Used by: $(users)
 */
KERNEL void $(fn)($(params))
{
% if by == "value" then
%   local constants = { { "zero", "0.0f" } }
%   if six then constants[2] = { "six", "6.0f" } end
%   elementwise({ "dy", "gate" }, "dx", constants,
%               six and "pick@((gatee > zero) & (gatee < six), dye, zero)" or "pick@(gatee > zero, dye, zero)")
% else
    for (int row = y0; row < y1; row++) {
        const float *dyr = dy + row % dyn * $(n);
        const uint8_t *bits = gate + row % gaten * $(nb);
        float *dxr = dx + row % dxn * $(n);
        int j = 0;
%   local whole = nb - (8 * nb - n)  -- bytes of which all bits have an element
#if LANES > 1
        for (; j + LANES <= $(whole); j += LANES) {
            const vec zero = {0};
            const ivec none = {0};
            int32_t lanes[LANES];
            ivec set;
            for (int l = 0; l < LANES; l++)
                lanes[l] = bits[j + l];
            memcpy(&set, lanes, sizeof set);
%   for b = 0, 7 do
            store(dxr + j + $(b * nb), pick((set & (none + $(1 << b))) != none, load(dyr + j + $(b * nb)), zero));
%   end
        }
#endif
        for (; j < $(nb); j++)
            for (int b = 0, e = j; b < 8 && e < $(n); b++, e += $(nb))
                dxr[e] = bits[j] >> b & 1 ? dyr[e] : 0.0f;
    }
% end
}

