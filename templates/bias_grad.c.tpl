% -- SPDX-License-Identifier: 0BSD
% if gtype == "f32" then need"add_pixels" else include"gradient.c.tpl" end
/*
 * Gradient of a bias: dy $(h)x$(w)x$(c) -> added to db[$(c)], rows y0 to y1 of dy
 * Used by: $(users)
 */
KERNEL void $(fn)($(params))
{
% if gtype ~= "f32" then
    const float unit = range_unit(range);

% end
% if not keep then
    if (y0 == 0)
        memset(db, 0, sizeof(float) * $(c));
% end
    for (int row = y0; row < y1; row++)
% if gtype == "f32" then
        add_pixels(db, dy + row % dyn * $(w * c), $(w), $(c));
% elseif gtype == "i16" and c % 2 == 0 then -- two channels to a word
        for (int ch = 0; ch < $(c); ch += 2) {
            const $(gradient) *from = dy + row % dyn * $(w * c) + ch;
            int32_t sum0 = 0, sum1 = 0;
            for (int i = 0; i < $(w); i++, from += $(c)) {
#ifdef DSP
                int32_t two;
                memcpy(&two, from, 4);
                sum0 += (int16_t)two;
                sum1 += two >> 16;
#else
                sum0 += from[0];
                sum1 += from[1];
#endif
            }
            db[ch] += (float)sum0 * unit;
            db[ch + 1] += (float)sum1 * unit;
        }
% else
        for (int ch = 0; ch < $(c); ch++) {
            const $(gradient) *from = dy + row % dyn * $(w * c) + ch;
            int32_t sum = 0;
            for (int i = 0; i < $(w); i++)
                sum += from[i * $(c)];
            db[ch] += (float)sum * unit;
        }
% end
}

