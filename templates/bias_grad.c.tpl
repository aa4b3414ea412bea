% -- SPDX-License-Identifier: 0BSD
% if gtype == "f32" then need"add_pixels" else include"gradient.c.tpl" end
% local pairs = gtype == "i16" and c % 2 == 0 -- two channels to a word
% local fours = gtype == "i8" and c % 4 == 0 and w < 256 -- four; halves of words hold the sums of a row
% local name = "bias_grad" .. (gtype == "f32" and "" or "_" .. gtype) .. (pairs and "_pairs" or fours and "_fours" or "") .. (keep and "_keep" or "")
% shared(name, function()
/* Gradient of a bias: dy [..][width][c] -> added to db[c], rows y0 to y1 of dy */
BODY void $(name)(const $(gtype == "f32" and "float" or gradient) *dy, int dyn$(gtype == "f32" and "" or ", const int32_t *range"), float *db, int y0, int y1, int width, int c)
{
% if gtype ~= "f32" then
    const float unit = range_unit(range);

% end
% if not keep then
    if (y0 == 0)
        memset(db, 0, sizeof(float) * (size_t)c);
% end
    for (int row = y0; row < y1; row++)
% if gtype == "f32" then
        add_pixels(db, dy + row % dyn * (width * c), width, c);
% elseif pairs then
        for (int ch = 0; ch < c; ch += 2) {
            const $(gradient) *from = dy + row % dyn * (width * c) + ch;
            int32_t sum0 = 0, sum1 = 0;
            int i = 0;
#ifdef DSP /* of two pixels a word each */
            for (; i + 2 <= width; i += 2, from += 2 * c) {
                int32_t here, next;
                memcpy(&here, from, 4);
                memcpy(&next, from + c, 4);
                sum0 += (int16_t)here + (int16_t)next;
                sum1 += (here >> 16) + (next >> 16);
            }
#endif
            for (; i < width; i++, from += c) {
                sum0 += from[0];
                sum1 += from[1];
            }
            db[ch] += (float)sum0 * unit;
            db[ch + 1] += (float)sum1 * unit;
        }
% elseif fours then
        for (int ch = 0; ch < c; ch += 4) {
            const int8_t *from = dy + row % dyn * (width * c) + ch;
            int32_t sum[4] = {0};
#ifdef DSP
            int32_t even = 0, odd = 0;
            for (int i = 0; i < width; i++, from += c) {
                int32_t four;
                memcpy(&four, from, 4);
                __asm__("sxtab16 %0, %0, %1" : "+r"(even) : "r"(four));
                __asm__("sxtab16 %0, %0, %1, ror #8" : "+r"(odd) : "r"(four));
            }
            sum[0] = (int16_t)even, sum[1] = (int16_t)odd, sum[2] = even >> 16, sum[3] = odd >> 16;
#else
            for (int i = 0; i < width; i++, from += c)
                for (int k = 0; k < 4; k++)
                    sum[k] += from[k];
#endif
            for (int k = 0; k < 4; k++)
                db[ch + k] += (float)sum[k] * unit;
        }
% else
        for (int ch = 0; ch < c; ch++) {
            const $(gradient) *from = dy + row % dyn * (width * c) + ch;
            int32_t sum = 0;
            for (int i = 0; i < width; i++)
                sum += from[i * c];
            db[ch] += (float)sum * unit;
        }
% end
}

% end)
% kernel(name, gtype == "f32" and "dy+ db" or "dy+ range db", w, c)
