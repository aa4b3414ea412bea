% -- SPDX-License-Identifier: 0BSD
% include"steps.c.tpl"
% dot_three("i8")
% local fours = target.dsp and c % 4 == 0 -- see panels.c.tpl
% if fours then need"dot_fours" end
% local at = { [0] = "", " + at1", " + at2" }
% local room_for_eight = 120 -- inputs at a time, at most
% if target.avx2 then need"conv_int_eights" end
% local name = "conv_int_" .. wtype .. (has_b and "_b" or "") .. (fours and "_fours" or "")
% shared(name, function()
/*
 * Convolution 1x1 of int8 less its zero point, times `scale`: x [..][width][c] -> y [..][width][oc], floats; w [c][oc] learns
 * Weights of some outputs at a time become int16, of `room` inputs, and meet all pixels.
 */
BODY void $(name)(const int8_t *x, int xn, const $(weights) *w, $(has_b and "const float *b, " or "")const float *plus, int plusn, float *y, int yn, int y0, int y1, int32_t *steps, $(fours and "float *units, int outs, " or "")int room, int width, int c, int oc, float scale, int zero)
{
% if fours then
#if defined DSP$(target.helium and " && !defined HELIUM" or "")
    for (int o = 0; o < oc; o += outs)
        for (int i = 0; i < c; i += room) {
            const int count = oc - o < outs ? oc - o : outs, n = c - i < room ? c - i : room;
            int32_t *next = steps + n + 2 * outs; /* behind a column and sums */
            struct fours f = {NULL, NULL, NULL, NULL, steps, steps + n, next, NULL, n / 4, 0, steps + n, 0, 1, 0};
            for (int k = 0; k < count; k += 4, next += 2 * n + 12)
                for (int u = 0; u < 4; u++) { /* beyond the last output that again */
                    int32_t total;
                    units[k + u] = $(steps_name)((int16 *)(next + 8 + u), w + i * oc + (o + k + u < oc ? o + k + u : oc - 1), oc, n, n, 8, 2, 0.0f, &total) * scale;
                    next[2 * u] = next[2 * u + 1] = -zero * total;
                }
            f.end = next;
            for (int oy = y0; oy < y1; oy++) {
                float *to = y + oy % yn * (width * oc) + o;
                const float *add = i > 0 ? to : plus ? plus + oy % plusn * (width * oc) + o : NULL;
                f.x0 = x + oy % xn * (width * c) + i;
                for (int ox = 0; ox < width; ox += 2, f.x0 += 2 * c, to += 2 * oc) {
                    const int other = ox + 1 < width ? oc : 0; /* an odd pixel is its own companion */
                    f.x1 = ox + 1 < width ? f.x0 + c : f.x0;
                    dot_fours(&f);
                    for (int k = 0; k < count; k++) {
                        float v = (float)f.sums[2 * k] * units[k], u = (float)f.sums[2 * k + 1] * units[k];
%   if has_b then
                        if (i == 0)
                            v += b[o + k], u += b[o + k];
%   end
                        if (add)
                            v += add[k], u += add[other + k];
                        to[other + k] = u;
                        to[k] = v;
                    }
                    add = add ? add + 2 * oc : NULL;
                }
            }
        }
#else
    (void)units, (void)outs;
% end
#if defined DSP && !defined HELIUM
    const int next_channel = 2, pair = 6, apart = 2;
#else
    const int next_channel = room, pair = 2, apart = 1;
#endif

% if target.avx2 then
    int eights = 0; /* outputs that vectors take */
#ifdef AVX2
    for (; eights + 8 <= oc; eights += 8)
        for (int i = 0; i < c; i += room) {
            const int n = c - i < room ? c - i : room;
            int32_t wide[$(4 * room_for_eight)], less[8]; /* [pair of inputs][output] */
            float worth[8]; /* what a count of an output's weights is */
            for (int t = 0; t < 8; t++) {
                worth[t] = $(steps_name)((int16 *)wide + 2 * t, w + i * oc + eights + t, oc, n, room, 16, 1, 0.0f, &less[t]) * scale;
                less[t] *= zero;
            }
            const __m256i base = load_eight(less);
            const __m256 unit = _mm256_loadu_ps(worth);
            for (int oy = y0; oy < y1; oy++) {
                const int8_t *from = x + oy % xn * (width * c) + i;
                float *to = y + oy % yn * (width * oc) + eights;
                const float *add = i > 0 ? to : plus ? plus + oy % plusn * (width * oc) + eights : NULL;
                for (int ox = 0; ox < width; ox++, from += c, to += oc) {
                    __m256i sums = _mm256_setzero_si256();
                    for (int k = 0; k < n; k += 2) {
                        const uint32_t next = k + 1 < n ? (uint32_t)from[k + 1] << 16 : 0;
                        sums = add_products(sums, _mm256_set1_epi32((int32_t)(next | (uint16_t)from[k])), load_eight(wide + 4 * k));
                    }
                    __m256 v = _mm256_mul_ps(_mm256_cvtepi32_ps(_mm256_sub_epi32(sums, base)), unit);
%   if has_b then
                    if (i == 0)
                        v = _mm256_add_ps(v, _mm256_loadu_ps(b + eights));
%   end
                    if (add) {
                        v = _mm256_add_ps(v, _mm256_loadu_ps(add));
                        add += oc;
                    }
                    _mm256_storeu_ps(to, v);
                }
            }
        }
#endif
% end
    for (int o = $(target.avx2 and "eights" or "0"); o < oc; o += 3)
        for (int i = 0; i < c; i += room) {
            const int at1 = o + 1 < oc, at2 = o + 2 < oc ? 2 : at1, n = c - i < room ? c - i : room;
            int32_t less[3];
            float unit[3];
            for (int t = 0; t < 3; t++) { /* beyond the last output that again */
                unit[t] = $(steps_name)((int16 *)steps + t * next_channel, w + i * oc + o + (t == 0 ? 0 : t == 1 ? at1 : at2), oc, n, room, pair, apart, 0.0f, &less[t]) * scale;
                less[t] *= zero;
            }
            for (int oy = y0; oy < y1; oy++) {
                const int8_t *from = x + oy % xn * (width * c) + i;
                float *to = y + oy % yn * (width * oc) + o;
                const float *add = i > 0 ? to : plus ? plus + oy % plusn * (width * oc) + o : NULL;
                for (int ox = 0; ox < width; ox += 2, from += 2 * c, to += 2 * oc) {
                    const int other = ox + 1 < width; /* an odd pixel is its own companion, and comes last */
                    float *next = to + other * oc;
                    int32_t sums[6];
                    dot_three_i8(sums, from, from + other * c, steps, n, room);
% for t = 0, 2 do
                    float v$(t) = (float)(sums[$(2 * t)] - less[$(t)]) * unit[$(t)], u$(t) = (float)(sums[$(2 * t + 1)] - less[$(t)]) * unit[$(t)];
% end
% if has_b then
                    if (i == 0) {
%   for t = 0, 2 do
                        v$(t) += b[o$(at[t])], u$(t) += b[o$(at[t])];
%   end
                    }
% end
                    if (add) {
%   for t = 0, 2 do
                        v$(t) += add[$(t == 0 and 0 or "at" .. t)], u$(t) += add[other * oc$(at[t])];
%   end
                        add += 2 * oc;
                    }
%   for t = 0, 2 do
                    next[$(t == 0 and 0 or "at" .. t)] = u$(t);
%   end
%   for t = 0, 2 do
                    to[$(t == 0 and 0 or "at" .. t)] = v$(t);
%   end
                }
            }
        }
% if fours then
#endif
% end
}

% end)
% local room = math.min(room_for_eight, (c + 7) // 8 * 8)
% local arrays, numbers = { ("int32_t steps[%d];"):format(3 * room // 2) }, { "steps" }
% if fours then
%   local depth = math.min(room, c)
%   local outs = math.min((384 - depth) // (depth // 2 + 6) // 4, (oc + 3) // 4) * 4
%   arrays = { ("int32_t steps[%d]; float units[%d];"):format(math.max(3 * room // 2, depth + outs * (depth // 2 + 5)), outs) }
%   numbers = { "steps", "units", outs }
% end
% for _, number in ipairs { room, w, c, oc, f(scale), zero } do numbers[#numbers + 1] = number end
% kernel(name, "x+ w " .. (has_b and "b " or "") .. "?plus+ y+", arrays, table.unpack(numbers))
