% -- SPDX-License-Identifier: 0BSD
% -- Learning weights as int16 (steps_of, by wtype), and two pixels of integers against those of three channels (dot_three(type)).
% need"integer" need"add_halves"
% local bf16 = wtype == "bf16"
% if bf16 then need"bf16" end
% local function weight(at) return bf16 and "widen_bf16(" .. at .. ")" or at end
% weights = bf16 and "uint16_t" or "float"
% steps_name = "steps_of" .. (bf16 and "_bf16" or "")
% shared(steps_name, function()
/*
 * n learning weights, `next` apart, as int16 of magnitudes up to 32767, whose sum is at most 32767 / share. Returns what one counts, and their
 * sum in *total. Two weights lie together, and the next two `pair` further; with apart = 2 the first and third of four, then the second and
 * fourth$(target.dsp and ", as sxtb16 gives bytes" or "").
 */
TILE float $(steps_name)(int16 *to, const $(weights) *w, int next, int n, int room, int pair, int apart, float share, int32_t *total)
{
    uint32_t largest = 0;
    float sum = 0.0f, most, up = 0.0f;

    for (int k = 0; k < n; k++) {
        uint32_t size; /* bits of what is not negative compare as numbers do */
        float v;
% if bf16 then
        size = (uint32_t)(w[k * next] & 0x7fff) << 16;
% else
        memcpy(&size, w + k * next, sizeof size);
        size &= 0x7fffffff;
% end
        memcpy(&v, &size, sizeof v);
        sum += v;
        largest = size > largest ? size : largest;
    }
    memcpy(&most, &largest, sizeof most);
    sum *= share;
    most = sum > most ? sum : most;
    if (!(sum < 3e38f))
        n = 0;
    else if (most > 1e-30f)
        up = 32767.0f / most;
    *total = 0;
    for (int j = 0; j < room; j += 2, to += pair) {
        const int k = apart == 1 ? j : j - j % 4 / 2;
        const int32_t first = k < n ? round_float($(weight("w[k * next]")) * up) : 0, second = k + apart < n ? round_float($(weight("w[(k + apart) * next]")) * up) : 0;
        to[0] = (int16_t)first;
        to[1] = (int16_t)second;
        *total += first + second;
    }
    return sum < 3e38f ? most * (1.0f / 32767.0f) : sum; /* what is not finite, or no number, stays so */
}

% end)
% function dot_three(type)
%   if type == "i8" then need"dot_bytes" end
%   local values = type == "i16" and "int16" or "int8_t"
%   shared("dot_three_" .. type, function()
/* Sums [channel][pixel] of n products of two pixels and three channels' weights, as steps_of leaves them. */
BODY void dot_three_$(type)(int32_t *sums, const $(values) *d0, const $(values) *d1, const int32_t *steps, int n, int room)
{
#ifdef HELIUM
    const int16_t *w0 = (const int16_t *)steps, *w1 = w0 + room, *w2 = w1 + room;
    int32_t s00 = 0, s01 = 0, s10 = 0, s11 = 0, s20 = 0, s21 = 0;

    for (int k = 0; k < n; k += 8) {
        const mve_pred16_t p = vctp16q((uint32_t)(n - k));
        const int16x8_t x0 = $(type == "i16" and "vldrhq_z_s16" or "vldrbq_z_s16")(d0 + k, p), x1 = $(type == "i16" and "vldrhq_z_s16" or "vldrbq_z_s16")(d1 + k, p);
%   for t = 0, 2 do
        const int16x8_t v$(t) = vldrhq_s16(w$(t) + k);
        s$(t)0 = vmladavaq_s16(s$(t)0, x0, v$(t));
        s$(t)1 = vmladavaq_s16(s$(t)1, x1, v$(t));
%   end
    }
    sums[0] = s00, sums[1] = s01, sums[2] = s10, sums[3] = s11, sums[4] = s20, sums[5] = s21;
#else
#ifdef DSP
    (void)room;
%   if type == "i16" then
    int32_t s00 = 0, s01 = 0, s10 = 0, s11 = 0, s20 = 0, s21 = 0, x0, x1;

%   local function products(at)
%     for t = 0, 2 do
$(at)ADD_BOTH(s$(t)0, x0, steps[$(t)]);
$(at)ADD_BOTH(s$(t)1, x1, steps[$(t)]);
%     end
%   end
    for (const int32_t *end = steps + n / 2 * 3; steps < end; steps += 3, d0 += 2, d1 += 2) {
        memcpy(&x0, d0, 4);
        memcpy(&x1, d1, 4);
%     products("        ")
    }
    if (n % 2 != 0) {
        x0 = d0[0] & 0xffff;
        x1 = d1[0] & 0xffff;
%     products("        ")
    }
    sums[0] = s00, sums[1] = s01, sums[2] = s10, sums[3] = s11, sums[4] = s20, sums[5] = s21;
%   else
    dot_bytes(sums, d0, d1, steps, n / 4);
    for (int k = n / 4 * 4; k < n; k++)
        for (int t = 0; t < 3; t++) {
            const int step = ((const int16 *)steps)[(k / 4 * 2 + k % 2) * 6 + 2 * t + k % 4 / 2];
            sums[2 * t] += d0[k] * step;
            sums[2 * t + 1] += d1[k] * step;
        }
%   end
#else
    const int16 *w = (const int16 *)steps;

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

%   end)
% end
