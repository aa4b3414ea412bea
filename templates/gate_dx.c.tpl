% -- SPDX-License-Identifier: 0BSD
% include"gradient.c.tpl"
% local name = "gate_dx_" .. by .. "_" .. gtype
% if by == "mask" then
%   local integers = gtype ~= "f32"
%   if gtype == "i16" then need"gate_four" end
%   shared(name, function()
/* dy where the forward result was inside its clamp, n elements a row: the mask's bit is set */
BODY void $(name)(const $(gradient) *dy, int dyn, const uint8_t *gate, int gaten, $(gradient) *dx, int dxn, int y0, int y1, int n)
{
    const int bytes = (n + 7) / 8;

    for (int row = y0; row < y1; row++) {
        const $(gradient) *from = dy + row % dyn * n;
        $(gradient) *to = dx + row % dxn * n;
        const uint8_t *bits = gate + row % gaten * bytes;
%     if integers then
%       local lanes, letter = gtype == "i16" and 16 or 8, gtype == "i16" and "h" or "b"
#ifdef HELIUM
        for (int b = 0; b < 8; b++)
            for (int e = b * bytes, left = n - e < bytes ? n - e : bytes; left > 0; e += $(128 // lanes), left -= $(128 // lanes)) {
                const mve_pred16_t p = vctp$(lanes)q((uint32_t)left);
                const uint$(lanes)x$(128 // lanes)_t set = vandq_u$(lanes)(vldrbq_z_u$(lanes)(bits + e - b * bytes, p), vdupq_n_u$(lanes)((uint$(lanes)_t)(1 << b)));
                vstr$(letter)q_p_s$(lanes)(to + e, vldr$(letter)q_z_s$(lanes)(from + e, vcmpneq_m_n_u$(lanes)(set, 0, p)), p); /* zeros for what is not loaded */
            }
#else
%     end
        int j = 0;
%     if integers then
#ifdef DSP /* four bytes of the mask together, where all their bits have elements */
        for (; j + 4 <= n - 7 * bytes; j += 4) {
            uint32_t four$(gtype == "i8" and ", v" or "");
            memcpy(&four, bits + j, 4);
%     for b = 0, 7 do
%       local at = b == 0 and "j" or b == 1 and "j + bytes" or "j + " .. b .. " * bytes"
%       local set = ("(%s & 0x01010101) * 255"):format(b == 0 and "four" or "four >> " .. b)
%       if gtype == "i16" then
            gate_four(to + $(at), from + $(at), $(set));
%       else
            memcpy(&v, from + $(at), 4);
            v &= $(set);
            memcpy(to + $(at), &v, 4);
%       end
%     end
        }
#endif
%     end
#ifdef AVX2
        for (; j + 8 <= n - 7 * bytes; j += 8)
            for (int b = 0; b < 8; b++) {
                const __m128i bit = _mm_set1_epi8((char)(1 << b)), all = _mm_loadl_epi64((const __m128i *)(const void *)(bits + j));
                const __m128i set = _mm_cmpeq_epi8(_mm_and_si128(all, bit), bit);
%     if gtype == "i16" then
                const __m128i v = _mm_loadu_si128((const __m128i *)(const void *)(from + b * bytes + j));
                _mm_storeu_si128((__m128i *)(void *)(to + b * bytes + j), _mm_and_si128(v, _mm_cvtepi8_epi16(set)));
%     elseif gtype == "f32" then
                const __m256 v = _mm256_loadu_ps(from + b * bytes + j);
                _mm256_storeu_ps(to + b * bytes + j, _mm256_and_ps(v, _mm256_castsi256_ps(_mm256_cvtepi8_epi32(set))));
%     else
                const __m128i v = _mm_loadl_epi64((const __m128i *)(const void *)(from + b * bytes + j));
                _mm_storel_epi64((__m128i *)(void *)(to + b * bytes + j), _mm_and_si128(v, set));
%     end
            }
#endif
        for (; j < bytes; j++)
            for (int b = 0, e = j; b < 8 && e < n; b++, e += bytes)
                to[e] = bits[j] >> b & 1 ? from[e] : 0;
%     if integers then
#endif
%     end
    }
}

%   end)
%   kernel(name, "dy+ gate+ dx+", w * c)
%   return
% end
% shared(name, function()
/* dy where the forward result was above lo and below hi, n elements a row */
BODY void $(name)(const $(gradient) *dy, int dyn, const int8_t *gate, int gaten, $(gradient) *dx, int dxn, int y0, int y1, int n, int lo, int hi)
{
    for (int row = y0; row < y1; row++) {
        const $(gradient) *from = dy + row % dyn * n;
        $(gradient) *to = dx + row % dxn * n;
        const int8_t *q = gate + row % gaten * n;
        for (int e = 0; e < n; e++)
            to[e] = q[e] > lo && q[e] < hi ? from[e] : 0;
    }
}

% end)
% kernel(name, "dy+ gate+ dx+", w * c, lo, hi)
