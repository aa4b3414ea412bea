% -- SPDX-License-Identifier: 0BSD
% include"gradient.c.tpl"
% need"add_halves"
% local bf16 = wtype == "bf16"
% if bf16 then need"bf16" end
% local function weight(at) return bf16 and "widen_bf16(" .. at .. ")" or at end
% local weights = bf16 and "uint16_t" or "float"
% local steps, dot = "steps_of" .. (bf16 and "_bf16" or ""), "dot_three_" .. gtype
% shared(steps, function()
/*
 * n learning weights as int16, so that the sum of their magnitudes times an int16 stays within int32: the sum is at most 60000, a weight
 * at most 32767. Returns what one counts. Three channels lie together, two weights of each by turns, or `room` further.
 */
BODY float $(steps)(int16 *to, const $(weights) *w, int n, int room)
{
    uint32_t largest = 0;
    float sum = 0.0f, most, up = 0.0f;
#if defined DSP && !defined HELIUM
    const int pair = 6; /* to the next two */
#else
    const int pair = 2;
#endif

    for (int k = 0; k < n; k++) {
        uint32_t size; /* bits of what is not negative compare as numbers do */
        float v;
% if bf16 then
        size = (uint32_t)(w[k] & 0x7fff) << 16;
% else
        memcpy(&size, w + k, sizeof size);
        size &= 0x7fffffff;
% end
        memcpy(&v, &size, sizeof v);
        sum += v;
        largest = size > largest ? size : largest;
    }
    memcpy(&most, &largest, sizeof most);
    sum *= 32767.0f / 60000.0f;
    most = sum > most ? sum : most;
    if (!(sum < 3e38f))
        n = 0;
    else if (most > 1e-30f)
        up = 32767.0f / most;
    for (int k = 0; k < room; k += 2, to += pair) {
% for u, at in ipairs { "k", "k + 1" } do
        to[$(u - 1)] = (int16_t)($(at) < n ? round_float($(weight("w[" .. at .. "]")) * up) : 0);
% end
    }
    return sum < 3e38f ? most * (1.0f / 32767.0f) : sum; /* what is not finite, or no number, stays so */
}

% end)
% shared(dot, function()
/* Sums [channel][pixel] of n products of two pixels of dy and three channels' weights, as steps_of leaves them. */
BODY void $(dot)(int32_t *sums, const $(gradient) *d0, const $(gradient) *d1, const int16 *w, int n, int room)
{
#ifdef HELIUM
    const int16_t *w0 = (const int16_t *)w, *w1 = w0 + room, *w2 = w1 + room;
    int32_t s00 = 0, s01 = 0, s10 = 0, s11 = 0, s20 = 0, s21 = 0;

    for (int k = 0; k < n; k += 8) {
        const mve_pred16_t p = vctp16q((uint32_t)(n - k));
        const int16x8_t x0 = $(gtype == "i16" and "vldrhq_z_s16" or "vldrbq_z_s16")(d0 + k, p), x1 = $(gtype == "i16" and "vldrhq_z_s16" or "vldrbq_z_s16")(d1 + k, p);
% for t = 0, 2 do
        const int16x8_t v$(t) = vldrhq_s16(w$(t) + k);
        s$(t)0 = vmladavaq_s16(s$(t)0, x0, v$(t));
        s$(t)1 = vmladavaq_s16(s$(t)1, x1, v$(t));
% end
    }
    sums[0] = s00, sums[1] = s01, sums[2] = s10, sums[3] = s11, sums[4] = s20, sums[5] = s21;
#else
#ifdef DSP
    int32_t s00 = 0, s01 = 0, s10 = 0, s11 = 0, s20 = 0, s21 = 0;

    (void)room;
    for (const int16 *end = w + n / 2 * 6; w < end; w += 6, d0 += 2, d1 += 2) {
        int32_t x0, x1, v;
% if gtype == "i16" then
        memcpy(&x0, d0, 4);
        memcpy(&x1, d1, 4);
% else
        __asm__("pkhbt %0, %1, %2, lsl #16" : "=r"(x0) : "r"((int32_t)d0[0]), "r"((int32_t)d0[1]));
        __asm__("pkhbt %0, %1, %2, lsl #16" : "=r"(x1) : "r"((int32_t)d1[0]), "r"((int32_t)d1[1]));
% end
% for t = 0, 2 do
        memcpy(&v, w$(t > 0 and " + " .. 2 * t or ""), 4);
        ADD_BOTH(s$(t)0, x0, v);
        ADD_BOTH(s$(t)1, x1, v);
% end
    }
% for t = 0, 2 do
    sums[$(2 * t)] = n % 2 == 0 ? s$(t)0 : s$(t)0 + d0[0] * w[$(2 * t)];
    sums[$(2 * t + 1)] = n % 2 == 0 ? s$(t)1 : s$(t)1 + d1[0] * w[$(2 * t)];
% end
#else
    for (int t = 0; t < 3; t++, w += room) {
        int32_t s0 = 0, s1 = 0;
        for (int k = 0; k < n; k++) {
            s0 += d0[k] * w[k];
            s1 += d1[k] * w[k];
        }
        sums[2 * t] = s0;
        sums[2 * t + 1] = s1;
    }
#endif
#endif
}

% end)
% local name = "conv_dx_" .. gtype .. (bf16 and "_bf16" or "_f32")
% shared(name, function()
/*
 * Gradient of convolution 1x1, from integers: dy [..][width][oc] -> dx [..][width][c], floats
 * w [c][oc], as the forward convolution has it. Three channels at a time become int16, of `room` outputs, and meet all pixels.
 */
BODY void $(name)(const $(gradient) *dy, int dyn, const $(weights) *w, const int32_t *range, const float *plus, int plusn, float *dx, int dxn, int y0, int y1, int32_t *steps, int room, int width, int c, int oc)
{
    const float unit = range_unit(range);
#if defined DSP && !defined HELIUM
    const int next_channel = 2;
#else
    const int next_channel = room;
#endif

    for (int i = 0; i < c; i += 3)
        for (int o = 0; o < oc; o += room) {
            const int channels = c - i < 3 ? c - i : 3, n = oc - o < room ? oc - o : room;
            float units[3];
            for (int t = 0; t < 3; t++) /* beyond the last one that again */
                units[t] = $(steps)((int16 *)steps + t * next_channel, w + (i + (t < channels ? t : channels - 1)) * oc + o, n, room) * unit;
            for (int iy = y0; iy < y1; iy++)
                for (int ix = 0; ix < width; ix += 2) {
                    const $(gradient) *d = dy + iy % dyn * (width * oc) + ix * oc + o;
                    const int next = ix + 1 < width;
                    int32_t sums[6];
                    $(dot)(sums, d, d + next * oc, (const int16 *)steps, n, room);
                    for (int p = 0; p <= next; p++)
                        for (int t = 0; t < channels; t++) {
                            const int at = (ix + p) * c + i + t;
                            float *to = dx + iy % dxn * (width * c) + at;
                            const float sum = (float)sums[2 * t + p] * units[t];
                            *to = o > 0 ? *to + sum : plus ? sum + plus[iy % plusn * (width * c) + at] : sum;
                        }
                }
        }
}

% end)
% local room = math.min(256, (oc + 7) // 8 * 8)
% kernel(name, "dy+ w range ?plus+ dx+", { ("int32_t steps[%d];"):format(3 * room // 2) }, "steps", room, w, c, oc)
