% include"gradient.c.tpl"
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
            for (int b = 0; b < 8; b++) {
                const uint32_t set = (four >> b & 0x01010101) * 255;
                int32_t even, odd, v[2];
                memcpy(v, from + b * $(nb) + j, 8);
                __asm__("sxtb16 %0, %1" : "=r"(even) : "r"(set));
                __asm__("sxtb16 %0, %1, ror #8" : "=r"(odd) : "r"(set));
                v[0] &= (even & 0xffff) | (int32_t)((uint32_t)odd << 16);
                v[1] &= (int32_t)((uint32_t)even >> 16) | (odd & (int32_t)0xffff0000);
                memcpy(to + b * $(nb) + j, v, 8);
            }
        }
#endif
%   end
        for (; j < $(nb); j++)
            for (int b = 0, e = j; b < 8 && e < $(w * c); b++, e += $(nb))
                to[e] = bits[j] >> b & 1 ? from[e] : 0;
% else
        const int8_t *q = gate + row % gaten * $(w * c);
        for (int e = 0; e < $(w * c); e++)
            to[e] = q[e] > $(lo) && q[e] < $(hi) ? from[e] : 0;
% end
    }
}

