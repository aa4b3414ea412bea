% -- SPDX-License-Identifier: 0BSD
% include"gradient.c.tpl"
% if by == "mask" and gtype == "i16" then need"gate_four" end
% local nb = (w * c + 7) // 8
/*
 * dy where the forward result was $(by == "mask" and "inside its clamp: the mask's bit is set" or ("above %d and below %d"):format(lo, hi)), $(h)x$(w)x$(c)
 * Used by: $(users)
 */
KERNEL void $(fn)($(params))
{
    for (int row = y0; row < y1; row++) {
        const $(gradient) *from = dy + row % dyn * $(w * c);
        $(gradient) *to = dx + row % dxn * $(w * c);
% if by == "mask" then
        const uint8_t *bits = gate + row % gaten * $(nb);
        int j = 0;
%   if gtype == "i16" then
#ifdef DSP /* four bytes of the mask together, where all their bits have elements */
        for (; j + 4 <= $(w * c - 7 * nb); j += 4) {
            uint32_t four;
            memcpy(&four, bits + j, 4);
%   for b = 0, 7 do
            gate_four(to + j + $(b * nb), from + j + $(b * nb), (four >> $(b) & 0x01010101) * 255);
%   end
        }
#endif
%   end
        for (; j < $(nb); j++)
            for (int b = 0, e = j; b < 8 && e < $(w * c); b++, e += $(nb))
                to[e] = bits[j] >> b & 1 ? from[e] : 0;
% else
        const int8_t *q = gate + row % gaten * $(w * c);
        for (int e = 0; e < $(w * c); e++)
%   if hi - lo < 2 then -- a clamp to one value or two has no inside
            (void)q, (void)from, to[e] = 0;
%   else
            to[e] = q[e] > $(lo) && q[e] < $(hi) ? from[e] : 0;
%   end
% end
    }
}

