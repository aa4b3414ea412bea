% if need.integer then
/* ---- integers: the same bits on every machine ---- */

/* Scratch is declared as floats; where it holds int16, compilers must know. */
#ifdef __GNUC__
typedef int16_t __attribute__((__may_alias__)) int16;
#else
typedef int16_t int16;
#endif

/* Cortex-M4, M7, M33 and their kin multiply pairs of int16. The same sums, in half the instructions. */
#if defined __ARM_FEATURE_DSP && defined __thumb2__ && defined __GNUC__ && !defined TINYTL_PORTABLE && !defined __ARM_BIG_ENDIAN
#define DSP 1
#define UNUSED(name) name __attribute__((unused)) /* but by the text of its assembler */
#define INLINE static inline __attribute__((always_inline, unused)) /* also where the options differ */
#ifdef __clang__
#define ASM_TILE static __attribute__((naked, noinline, used))
#define NO_REORDER
#else
#define ASM_TILE static __attribute__((naked, noipa, used))
#define NO_REORDER __attribute__((optimize("no-schedule-insns", "no-store-merging"))) /* which cost registers and moves here */
#endif
#else
#define INLINE HELPER
#define NO_REORDER
#endif

INLINE int32_t clamp_int(int32_t v, int32_t lo, int32_t hi)
{
    return v < lo ? lo : v > hi ? hi : v;
}

INLINE int32_t saturate_int8(int32_t v)
{
#ifdef DSP
    __asm__("ssat %0, #8, %1" : "=r"(v) : "r"(v));
    return v;
#else
    return clamp_int(v, -128, 127);
#endif
}

/* Rounded upper half of a product: (a * b + 2^31) / 2^32. */
INLINE int32_t mul_high(int32_t a, int32_t b)
{
#ifdef DSP
    int32_t high;
    __asm__("smmulr %0, %1, %2" : "=r"(high) : "r"(a), "r"(b));
    return high;
#else
    return (int32_t)(((int64_t)a * b + ((int64_t)1 << 31)) >> 32);
#endif
}

/* A sum as int8: times multiplier / 2^32, plus the zero point, saturated. */
INLINE int32_t int8_of(int32_t sum, int32_t multiplier, int32_t zero)
{
#ifdef DSP
    int32_t q;
    __asm__("smmlar %0, %1, %2, %3\n\tssat %0, #8, %0" : "=r"(q) : "r"(sum), "r"(multiplier), "r"(zero));
    return q;
#else
    return clamp_int(mul_high(sum, multiplier) + zero, -128, 127);
#endif
}

INLINE int32_t int16_of(int32_t v)
{
#ifdef DSP
    __asm__("ssat %0, #16, %1" : "=r"(v) : "r"(v));
    return v;
#else
    return clamp_int(v, -32768, 32767);
#endif
}

/* To the nearest integer, halves away from zero; v must be within int32. */
HELPER int32_t round_float(float v)
{
    return (int32_t)(v < 0.0f ? v - 0.5f : v + 0.5f);
}

% end
% if need.tflite then
/* TFLite's scaling (gemmlowp): a doubled upper half that saturates, then a rounding shift to the right. */
HELPER int32_t tflite_scale(int32_t v, int32_t multiplier, int shift)
{
    const int64_t product = (int64_t)v * (1 << (shift > 0 ? shift : 0)) * multiplier;
    const int32_t high = (int32_t)((product + (product >= 0 ? 1 << 30 : 1 - (1 << 30))) / ((int64_t)1 << 31));
    const int right = shift > 0 ? 0 : -shift;
    const int32_t mask = (int32_t)(((int64_t)1 << right) - 1), rest = high & mask;

    return (high >> right) + (rest > (mask >> 1) + (high < 0) ? 1 : 0);
}

% end
% if need.learnt_sum then
/* What learnt values add to a sum, in its units; no more than leaves the sum in int32. */
INLINE int32_t learnt_sum(float v, int32_t limit)
{
#if defined DSP && defined __ARM_FP
    uint32_t half;
    int32_t sum;
    memcpy(&half, &v, sizeof half);
    half = (half & 0x80000000u) | 0x3f000000u; /* half, with the sign of v */
    __asm__("vadd.f32 %0, %1, %2\n\tvcvt.s32.f32 %0, %0" : "=t"(sum) : "t"(v), "t"(half)); /* saturates */
    return clamp_int(sum, -limit, limit);
#else
    const float most = (float)limit;

    return v >= most ? limit : v > -most ? round_float(v) : -limit;
#endif
}

% end
% if need.unit_factor then
/* From a value to units of a channel's sum, of which its multiplier makes the result; none where that is 0. */
HELPER float unit_factor(float factor, int32_t multiplier)
{
    return multiplier > 0 ? factor / (float)multiplier : 0.0f;
}

% end
% if need.gate_bits then
/* Where a result is inside its clamp: element b * bytes + j of a row is bit b of the mask's byte j. */
HELPER void gate_bits(uint8_t *mask, const int8_t *q, int n, int lo, int hi)
{
    const int bytes = (n + 7) / 8;
    int j = 0;

#ifdef DSP /* four bytes of the mask together, where all their bits have elements; bytes compare by ssub8 */
    const uint32_t above = ((unsigned)(lo + 1) & 255) * 0x01010101u, below = ((unsigned)(hi - 1) & 255) * 0x01010101u;
    for (; j + 4 <= n - 7 * bytes; j += 4) {
        uint32_t set = 0, bit = 0x01010101;
        for (int b = 0; b < 8; b++, bit <<= 1) {
            uint32_t four, in;
            memcpy(&four, q + b * bytes + j, 4);
            __asm__("ssub8 %0, %1, %2\n\tsel %0, %4, %5\n\tssub8 %1, %3, %1\n\tsel %0, %0, %5"
                    : "=&r"(in), "+r"(four) : "r"(above), "r"(below), "r"(bit), "r"(0) : "cc");
            set |= in;
        }
        memcpy(mask + j, &set, 4);
    }
#endif
    for (; j < bytes; j++) {
        unsigned set = 0;
        for (int b = 0, e = j; b < 8 && e < n; b++, e += bytes)
            set |= (q[e] > lo && q[e] < hi ? 1u : 0u) << b;
        mask[j] = (uint8_t)set;
    }
}

% end
% if need.gate_four then
#ifdef DSP
/* Four int16 where the bytes of `set` are 255, zeros where they are 0. */
INLINE void gate_four(int16 *to, const int16 *from, uint32_t set)
{
    uint32_t even, odd, low, high, v[2];

    memcpy(v, from, 8);
    __asm__("sxtb16 %0, %1" : "=r"(even) : "r"(set));
    __asm__("sxtb16 %0, %1, ror #8" : "=r"(odd) : "r"(set));
    __asm__("pkhbt %0, %1, %2, lsl #16" : "=r"(low) : "r"(even), "r"(odd));
    __asm__("pkhtb %0, %1, %2, asr #16" : "=r"(high) : "r"(odd), "r"(even));
    v[0] &= low;
    v[1] &= high;
    memcpy(to, v, 8);
}
#endif

% end
% if need.dot_pairs then
/*
 * Two pixels against panels of three output channels. A column holds the values under a pixel's window as
 * int16, four of one pixel and four of the other by turns; a panel, for every four of them, four int8 weights of
 * each channel. sums[panel][channel][pixel] start from base[panel][channel].
 */
#ifdef DSP
/* Of four, the first and third, then the second and fourth: so sxtb16 gives them. */
INLINE void put_four(int32_t *to, int32_t four)
{
    __asm__("sxtb16 %0, %1" : "=r"(to[0]) : "r"(four));
    __asm__("sxtb16 %0, %1, ror #8" : "=r"(to[2]) : "r"(four));
}

INLINE void put_column(int32_t *columns, int pixel, const int8_t *x, int n)
{
    int32_t *to = columns + pixel, four;

    for (; n >= 8; n -= 8, x += 8, to += 8) {
        memcpy(&four, x, 4);
        put_four(to, four);
        memcpy(&four, x + 4, 4);
        put_four(to + 4, four);
    }
    for (; n > 0; n -= 4, x += 4, to += 4) {
        four = 0;
        memcpy(&four, x, n < 4 ? (size_t)n : 4);
        put_four(to, four);
    }
}

% local unrolled, quad_bytes = 12, 88
% local function quad()
        "ldmia.w r6!, {r8-r11}\n"
%   for channel = 0, 2 do
%     local p, q = 2 * channel, 2 * channel + 1
        "ldr.w r12, [r7], #4\n sxtb16 lr, r12\n sxtb16 r12, r12, ror #8\n"
        "smlad r$(p), r8, lr, r$(p)\n smlad r$(q), r9, lr, r$(q)\n smlad r$(p), r10, r12, r$(p)\n smlad r$(q), r11, r12, r$(q)\n"
%   end
% end
/*
 * r0-r5 sums, r6 column, r7 weights. $(unrolled) fours of $(quad_bytes) bytes of code; a panel enters among them so that
 * what is left is a multiple of $(unrolled), and has one test for every $(unrolled).
 */
ASM_TILE void dot_pairs(int32_t *UNUSED(sums), const int32_t *UNUSED(base), const int32_t *UNUSED(columns), const int8_t *UNUSED(w),
                        int UNUSED(quads), int UNUSED(panels))
{
    __asm__ volatile(
        ".p2align 2\n" /* adr counts from a multiple of 4 */
        "push {r4-r11, lr}\n"
        "ldr r4, [sp, #36]\n ldr r5, [sp, #40]\n"
        "mov r7, r3\n"
        "add r6, r2, r4, lsl #4\n"       /* where the column ends */
        "subs r4, r4, #1\n movs r3, #$(unrolled)\n udiv r8, r4, r3\n mls r4, r8, r3, r4\n adds r4, r4, #1\n"
        "movs r3, #$(quad_bytes)\n mul r3, r4, r3\n adr.w r4, 3f\n subs r4, r4, r3\n orr r4, r4, #1\n"
        "push {r0, r1, r2, r4, r5, r6}\n" /* sums, base, column, entry, panels, end */
        "1: ldr r6, [sp, #4]\n ldmia r6!, {r0, r2, r4}\n str r6, [sp, #4]\n"
        "mov r1, r0\n mov r3, r2\n mov r5, r4\n"
        "ldr r6, [sp, #8]\n ldr pc, [sp, #12]\n"
        "2:\n"
% for _ = 1, unrolled do
% quad()
% end
        "3: ldr lr, [sp, #20]\n cmp r6, lr\n bne 2b\n"
        "ldr lr, [sp, #0]\n stmia lr!, {r0-r5}\n str lr, [sp, #0]\n"
        "ldr lr, [sp, #16]\n subs lr, lr, #1\n str lr, [sp, #16]\n bne 1b\n"
        "add sp, sp, #24\n pop {r4-r11, pc}\n");
}
#else
INLINE void put_column(int32_t *columns, int pixel, const int8_t *x, int n)
{
    int16 *to = (int16 *)columns + 4 * pixel;
    int k = 0;

    for (; k + 4 <= n; k += 4, to += 8)
        for (int u = 0; u < 4; u++)
            to[u] = x[k + u];
    if (k < n)
        for (int u = 0; u < 4; u++)
            to[u] = k + u < n ? x[k + u] : 0;
}

TILE void dot_pairs(int32_t *sums, const int32_t *base, const int32_t *columns, const int8_t *w, int quads, int panels)
{
    for (int p = 0; p < panels; p++, sums += 6, base += 3) {
        const int16 *x = (const int16 *)columns;
        int32_t s[6] = {base[0], base[0], base[1], base[1], base[2], base[2]};
        int q = 0;
#if defined __AVX2__ && !defined TINYTL_PORTABLE
        __m256i s0 = _mm256_setzero_si256(), s1 = s0; /* four lanes each: pairs of a channel, the last without use */
        int32_t part0[8], part1[8];
        for (; q < quads - 1; q++, x += 8, w += 12) { /* 16 bytes are read, 12 used */
            const __m256i v = _mm256_cvtepi8_epi16(_mm_loadu_si128((const __m128i *)(const void *)w));
            const __m256i x01 = _mm256_castsi128_si256(_mm_loadu_si128((const __m128i *)(const void *)x));
            s0 = _mm256_add_epi32(s0, _mm256_madd_epi16(v, _mm256_permute4x64_epi64(x01, 0x00)));
            s1 = _mm256_add_epi32(s1, _mm256_madd_epi16(v, _mm256_permute4x64_epi64(x01, 0x55)));
        }
        memcpy(part0, &s0, sizeof part0);
        memcpy(part1, &s1, sizeof part1);
        for (int c = 0; c < 3; c++) {
            s[2 * c] += part0[2 * c] + part0[2 * c + 1];
            s[2 * c + 1] += part1[2 * c] + part1[2 * c + 1];
        }
#endif
        for (; q < quads; q++, x += 8, w += 12)
            for (int c = 0; c < 3; c++)
                for (int u = 0; u < 4; u++) {
                    s[2 * c] += w[4 * c + u] * x[u];
                    s[2 * c + 1] += w[4 * c + u] * x[4 + u];
                }
        memcpy(sums, s, sizeof s);
    }
}
#endif

% end
% if need.add_pairs then
/* Floats of two pixels, in units of their channels' sums, added to these. */
HELPER void add_pairs(int32_t *sums, const float *add0, const float *add1, const float *unit, int n, int32_t limit)
{
    for (int c = 0; c < n; c++) {
        sums[2 * c] += learnt_sum(add0[c] * unit[c], limit);
        sums[2 * c + 1] += learnt_sum(add1[c] * unit[c], limit);
    }
}

% end
% if need.store_pairs then
/* The sums of two pixels as int8, n channels of each. The first pixel comes last: they may be one. */
HELPER void store_pairs(int8_t *to0, int8_t *to1, const int32_t *sums, const int32_t *multiplier, int n, int32_t zero)
{
    for (; n >= 3; n -= 3, to0 += 3, to1 += 3, sums += 6, multiplier += 3) {
% for channel = 0, 2 do
        const int32_t m$(channel) = multiplier[$(channel)], p$(channel) = sums[$(2 * channel)], q$(channel) = sums[$(2 * channel + 1)];
% end
% for channel = 0, 2 do
        to1[$(channel)] = (int8_t)int8_of(q$(channel), m$(channel), zero);
        to0[$(channel)] = (int8_t)int8_of(p$(channel), m$(channel), zero);
% end
    }
    for (int c = 0; c < n; c++) {
        to1[c] = (int8_t)int8_of(sums[2 * c + 1], multiplier[c], zero);
        to0[c] = (int8_t)int8_of(sums[2 * c], multiplier[c], zero);
    }
}

% end
% if need.dot_turned then
/*
 * The same weights read the other way: two pixels of a gradient, times the shares of its channels, against fours of
 * inputs. A column, int16 in any case, holds a pixel's channels by turns with the other's, two by two. stride: bytes
 * of a panel; panels are even. sums[four][input][pixel].
 */
%   for _, type in ipairs { "i16", "i8" } do
%     local shift = type == "i16" and 15 or 7
HELPER void put_shares_$(type)(int32_t *columns, int pixel, const $(type == "i16" and "int16" or "int8_t") *dy, const int16_t *share, int n, int room)
{
    int16 *to = (int16 *)columns + 2 * pixel;
    int k = 0;

% if type == "i16" then
#ifdef DSP
    for (; k + 2 <= n; k += 2, to += 4) {
        int32_t v, part, low, high;
        memcpy(&v, dy + k, 4);
        memcpy(&part, share + k, 4);
        __asm__("smulbb %0, %1, %2" : "=r"(low) : "r"(v), "r"(part));
        __asm__("smultt %0, %1, %2" : "=r"(high) : "r"(v), "r"(part));
        low += $(1 << shift - 1);
        high = (high + $(1 << shift - 1)) * 2;
        __asm__("pkhtb %0, %1, %2, asr #15" : "=r"(v) : "r"(high), "r"(low));
        memcpy(to, &v, 4);
    }
#endif
% end
    for (; k + 2 <= n; k += 2, to += 4) {
        to[0] = (int16_t)((dy[k] * share[k] + $(1 << shift - 1)) >> $(shift));
        to[1] = (int16_t)((dy[k + 1] * share[k + 1] + $(1 << shift - 1)) >> $(shift));
    }
    for (; k < room; k += 2, to += 4) {
        to[0] = (int16_t)(k < n ? (dy[k] * share[k] + $(1 << shift - 1)) >> $(shift) : 0);
        to[1] = 0;
    }
}

%   end
#ifdef DSP
% local function output(offset, half) -- x: r10 and r11, their lower (b) or upper (t) half
        "ldr r8, [r12, #$(offset)]\n sxtb16 r9, r8\n sxtb16 r8, r8, ror #8\n"
        "smlab$(half) r0, r9, r10, r0\n smlab$(half) r1, r9, r11, r1\n smlab$(half) r2, r8, r10, r2\n smlab$(half) r3, r8, r11, r3\n"
        "smlat$(half) r4, r9, r10, r4\n smlat$(half) r5, r9, r11, r5\n smlat$(half) r6, r8, r10, r6\n smlat$(half) r7, r8, r11, r7\n"
% end
ASM_TILE void dot_turned(int32_t *UNUSED(sums), const int32_t *UNUSED(columns), const int8_t *UNUSED(w), int UNUSED(stride),
                         int UNUSED(panels), int UNUSED(fours))
{
    __asm__ volatile(
        "push {r4-r11, lr}\n"
        "ldr r4, [sp, #36]\n ldr r5, [sp, #40]\n"
        "add r6, r4, r4, lsl #1\n add r6, r1, r6, lsl #2\n" /* where the columns end: 12 bytes a panel */
        "push {r0, r1, r2, r3, r5, r6}\n"                   /* sums, columns, w, stride, fours, end */
        "1: movs r0, #0\n movs r1, #0\n movs r2, #0\n movs r3, #0\n movs r4, #0\n movs r5, #0\n movs r6, #0\n movs r7, #0\n"
        "ldr lr, [sp, #4]\n ldr r12, [sp, #8]\n"
        "2: ldrd r10, r11, [lr], #8\n"
% output(0, "b")
% output(4, "t")
        "ldrd r10, r11, [lr], #8\n"
% output(8, "b")
        "ldr r9, [sp, #12]\n add r12, r12, r9\n"
% output(0, "t")
        "ldrd r10, r11, [lr], #8\n"
% output(4, "b")
% output(8, "t")
        "ldr r9, [sp, #12]\n add r12, r12, r9\n"
        "ldr r9, [sp, #20]\n cmp lr, r9\n bne 2b\n"
        "ldr lr, [sp, #0]\n stmia lr!, {r0-r7}\n str lr, [sp, #0]\n"
        "ldr r12, [sp, #8]\n add r12, r12, #12\n str r12, [sp, #8]\n"
        "ldr lr, [sp, #16]\n subs lr, lr, #1\n str lr, [sp, #16]\n bne 1b\n"
        "add sp, sp, #24\n pop {r4-r11, pc}\n");
}
#else
TILE void dot_turned(int32_t *sums, const int32_t *columns, const int8_t *w, int stride, int panels, int fours)
{
    const int16 *x = (const int16 *)columns;

    for (; fours > 0; fours--, sums += 8, w += 12) {
        int32_t s[8] = {0};
        for (int o = 0; o < 3 * panels; o++) {
            const int8_t *four = w + o / 3 * stride + o % 3 * 4;
            const int32_t x0 = x[o / 2 * 4 + o % 2], x1 = x[o / 2 * 4 + 2 + o % 2];
            for (int u = 0; u < 4; u++) {
                s[2 * u] += four[u] * x0;
                s[2 * u + 1] += four[u] * x1;
            }
        }
        memcpy(sums, s, sizeof s);
    }
}
#endif

% end
% if need.range then
/*
 * The scale of an integer gradient, real = q * 2^-exponent: {exponent, bits of this step's magnitudes, those of the
 * last 16 steps as bytes}. A byte is the exponent of the largest magnitude of a step; -128: no step yet.
 */
HELPER float range_unit(const int32_t *range)
{
    const uint32_t bits = (uint32_t)(127 - range[0]) << 23; /* 2^-exponent */
    float unit;

    memcpy(&unit, &bits, sizeof unit);
    return unit;
}

/* Notes magnitudes: v ^ v >> 31 of every value, or-ed. */
HELPER void range_see(int32_t *range, int32_t bits)
{
    range[1] |= bits;
}

/* Multiplication by mantissa * 2^(exponent - 31) as a shift to the left, which saturates, and a mul_high. */
struct turn {
    int32_t multiplier, most;
    int left;
};

HELPER struct turn turn_of(int32_t mantissa, int exponent)
{
    struct turn t = {mantissa, 0x7fffffff, 0};

    if (exponent >= 0) {
        t.left = exponent < 30 ? exponent + 1 : 31;
        t.most = 0x7fffffff >> t.left;
    } else if (exponent < -1) {
        t.multiplier = exponent < -31 ? 0 : (mantissa + (1 << (-2 - exponent))) >> (-1 - exponent);
    }
    return t;
}

INLINE int32_t turn_sum(int32_t sum, const struct turn *t)
{
    if (t->left > 0)
        sum = clamp_int(sum, -t->most, t->most) * (1 << t->left);
    return mul_high(sum, t->multiplier);
}

/*
 * A value of one range in units of another, which is finer by `up` bits or coarser by -up. Halves go away from zero:
 * upwards they would add up over the pixels of a map.
 */
INLINE int32_t shift_value(int32_t v, int up)
{
    if (up >= 0)
        return v * (1 << (up < 15 ? up : 15));
    return up < -20 ? 0 : (v + (1 << (-up - 1)) - (v < 0)) >> -up;
}

% end
% if need.store_turned then
%   for _, type in ipairs { "i16", "i8" } do
%     local name = type == "i16" and "int16" or "int8_t"
%     local limited = type == "i16" and "int16_of" or "clamp_int"
%     local bounds = type == "i16" and "" or ", -127, 127"
/* The sums of two pixels as gradients, n of each, plus what is there already (NULL: nothing). Returns their magnitudes' bits. */
HELPER int32_t store_turned_$(type)($(name) *to0, $(name) *to1, const $(name) *add0, const $(name) *add1, int up, const int32_t *sums, const struct turn *t, int n)
{
    const struct turn turn = *t;
    int32_t bits = 0;

%     for _, case in ipairs { "!add0 && turn.left == 0", "" } do
%       local general = case == ""
    $(general and "else" or "if (" .. case .. ")")
        for (int c = 0; c < n; c++) {
%       for _, pixel in ipairs { 1, 0 } do -- the first last: they may be one
            $(general and "" or "const ")int32_t v$(pixel) = $(general and "turn_sum(sums[2 * c + " .. pixel .. "], &turn)" or "mul_high(sums[2 * c + " .. pixel .. "], turn.multiplier)");
%         if general then
            if (add0)
                v$(pixel) += shift_value(add$(pixel)[c], up);
%         end
%       end
%       for _, pixel in ipairs { 1, 0 } do
            bits |= v$(pixel) ^ v$(pixel) >> 31;
            to$(pixel)[c] = ($(name))$(limited)(v$(pixel)$(bounds));
%       end
        }
%     end
    return bits;
}

%   end
% end
% if need.range_step then
/* Ends a step: the exponent follows the largest magnitude of the last 16. */
static void range_step(int32_t *range, uint32_t step, int aim)
{
    int8_t seen[16];
    int exponent = -range[0], largest = -128;

    for (uint32_t bits = (uint32_t)range[1]; bits != 0; bits >>= 1)
        exponent++; /* nothing but zeros: finer than this scale */
    exponent = clamp_int(exponent, -100, 100);
    memcpy(seen, range + 2, sizeof seen);
    seen[step % 16] = (int8_t)exponent;
    memcpy(range + 2, seen, sizeof seen);
    for (int i = 0; i < 16; i++)
        if (seen[i] > largest)
            largest = seen[i];
    range[0] = clamp_int(aim - largest, -100, 100);
    range[1] = 0;
}

% end
