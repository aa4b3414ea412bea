% -- SPDX-License-Identifier: 0BSD
% if need.integer then
/* ---- integers: the same bits on every machine ---- */

/* Scratch is declared as floats; where it holds int16$(need.sums and " or int32" or ""), compilers must know. */
#ifdef __GNUC__
typedef int16_t __attribute__((__may_alias__)) int16;
% if need.sums then
typedef int32_t __attribute__((__may_alias__)) int32;
% end
#else
typedef int16_t int16;
% if need.sums then
typedef int32_t int32;
% end
#endif

% if target.dsp then
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
#define NO_REORDER __attribute__((optimize("no-schedule-insns", "no-tree-vectorize", "no-store-merging"))) /* they cost registers and moves here */
#endif
#else
#define INLINE HELPER
#define NO_REORDER
#endif
%   if target.helium then
#if defined DSP && defined __ARM_FEATURE_MVE && __ARM_FEATURE_MVE == 3 /* Cortex-M55, M85: vectors of integers, which stop at the last element by themselves */
#define HELIUM 1
#include <arm_mve.h>
#endif
%   end
% else
#define INLINE HELPER
% end

% if need.add_halves then
#ifdef DSP
/* sum += products of the int16 in x and w: of both halves; of the lower of x and the upper of w; the other way round. */
#define ADD_BOTH(sum, x, w) __asm__("smlad %0, %1, %2, %0" : "+r"(sum) : "r"(x), "r"(w))
#define ADD_LOW_HIGH(sum, x, w) __asm__("smlabt %0, %1, %2, %0" : "+r"(sum) : "r"(x), "r"(w))
#define ADD_HIGH_LOW(sum, x, w) __asm__("smlatb %0, %1, %2, %0" : "+r"(sum) : "r"(x), "r"(w))
#endif

% end
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
% if target.narrow then
#if defined __thumb__ && !defined __thumb2__ /* which multiplies 32 bits to 32: four products of halves */
    const int32_t ah = a >> 16, bh = b >> 16, al = a & 0xffff, bl = b & 0xffff, across0 = ah * bl, across1 = al * bh;
    const uint32_t low = ((uint32_t)al * (uint32_t)bl >> 16) + (uint32_t)(across0 & 0xffff) + (uint32_t)(across1 & 0xffff) + 0x8000;
    return ah * bh + (across0 >> 16) + (across1 >> 16) + (int32_t)(low >> 16);
#else
% end
    return (int32_t)(((int64_t)a * b + ((int64_t)1 << 31)) >> 32);
% if target.narrow then
#endif
% end
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

% if need.clamp_gradient then
/* Of int8, within -127 .. 127. */
INLINE int8_t clamp_gradient(int32_t v)
{
#ifdef DSP /* the byte less one, where that saturates, and one more */
    __asm__("ssat %0, #8, %1\n\tqsub8 %0, %0, %2\n\tadd %0, %0, #1" : "=&r"(v) : "r"(v), "r"(1));
    return (int8_t)v;
#else
    return (int8_t)clamp_int(v, -127, 127);
#endif
}

% end
/* To the nearest integer, halves away from zero; v must be within int32. */
HELPER int32_t round_float(float v)
{
    return (int32_t)(v < 0.0f ? v - 0.5f : v + 0.5f);
}

% end
% if need.tflite then
/*
 * TFLite's scaling (gemmlowp): a doubled upper half, rounded (its nudge that depends on the sign and the division that
 * cuts off are this one shift), then a rounding shift to the right, halves away from zero. Where v goes to the left, at
 * most by 22, it stops at 2^30, which is far outside of int8.
 */
HELPER int32_t tflite_scale(int32_t v, int32_t multiplier, int shift)
{
    const int32_t most = 0x3fffffff >> (shift > 0 ? shift : 0);
    const int32_t wide = shift < 0 ? v : clamp_int(v, -most, most) * ((int32_t)1 << shift);
    const int32_t high = (int32_t)(((int64_t)wide * multiplier + (1 << 30)) >> 31);

    return shift < 0 ? (((high + (high >> 31)) >> (-shift - 1)) + 1) >> 1 : high;
}

% end
% if need.learnt_sum then
/* What learnt values add to a sum, in its units; no more than leaves the sum in int32. */
INLINE int32_t learnt_sum(float v, int32_t limit)
{
#if defined DSP && defined __ARM_FP
    int32_t sum, sign;
    memcpy(&sign, &v, sizeof sign);
    sign >>= 31;
    __asm__("vabs.f32 %0, %1\n\tvadd.f32 %0, %0, %2\n\tvcvt.s32.f32 %0, %0" : "=&t"(sum) : "t"(v), "t"(0.5f)); /* saturates */
    sum = sum < limit ? sum : limit;
    return (sum ^ sign) - sign;
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
#ifdef AVX2
    const __m128i least = _mm_set1_epi8((char)(lo + 1)), most = _mm_set1_epi8((char)(hi - 1));
    for (; j + 8 <= n - 7 * bytes; j += 8) {
        __m128i set = _mm_setzero_si128();
        for (int b = 0; b < 8; b++) {
            const __m128i v = _mm_loadl_epi64((const __m128i *)(const void *)(q + b * bytes + j));
            const __m128i out = _mm_or_si128(_mm_cmpgt_epi8(least, v), _mm_cmpgt_epi8(v, most));
            set = _mm_or_si128(set, _mm_andnot_si128(out, _mm_set1_epi8((char)(1 << b))));
        }
        _mm_storel_epi64((__m128i *)(void *)(mask + j), set);
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
    uint32_t even, odd, low, high, first, last;

    memcpy(&first, from, 4);
    memcpy(&last, from + 2, 4);
    __asm__("sxtb16 %0, %1" : "=r"(even) : "r"(set));
    __asm__("sxtb16 %0, %1, ror #8" : "=r"(odd) : "r"(set));
    __asm__("pkhbt %0, %1, %2, lsl #16" : "=r"(low) : "r"(even), "r"(odd));
    __asm__("pkhtb %0, %1, %2, asr #16" : "=r"(high) : "r"(odd), "r"(even));
    first &= low;
    last &= high;
    memcpy(to, &first, 4);
    memcpy(to + 2, &last, 4);
}
#endif

% end
% if need.range then
/*
 * The scale of an integer gradient, real = q * 2^-exponent: {exponent, bits of this step's magnitudes, those of the
 * last 16 steps as bytes, four to a word, the first in its low bits}. A byte is the exponent of the largest magnitude of
 * a step; -128: no step yet.
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
        t.left = exponent < 29 ? exponent + 1 : 30; /* more would saturate as well */
        t.most = 0x7fffffff >> t.left;
    } else if (exponent < -1) {
        t.multiplier = exponent < -31 ? 0 : (int32_t)(((uint32_t)mantissa + ((uint32_t)1 << (-2 - exponent))) >> (-1 - exponent));
    }
    return t;
}

INLINE int32_t turn_sum(int32_t sum, const struct turn *t)
{
    if (t->left > 0)
        sum = clamp_int(sum, -t->most, t->most) * (1 << t->left);
    return mul_high(sum, t->multiplier);
}

/* The same with halves away from zero. */
INLINE int32_t turn_away(int32_t sum, const struct turn *t)
{
    return sum < 0 ? -turn_sum(-sum, t) : turn_sum(sum, t);
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

/* The same for a sum of less than 2^30, which saturates there. */
INLINE int32_t shift_sum(int32_t sum, int up)
{
    if (up >= 0) {
        const int left = up < 29 ? up : 29;
        return clamp_int(sum, -(0x3fffffff >> left), 0x3fffffff >> left) * (1 << left);
    }
    return up < -30 ? 0 : (sum + (1 << (-up - 1)) - (sum < 0)) >> -up;
}

% end
% if need.resize then
/*
 * Rows (or columns) of a resized map that are made of source row i: o lies at start + step * o, in parts of 1 / den of a
 * row, and takes den - f of the row that it lies in and f of the next. The first of them, and one behind the last.
 */
HELPER int resize_begin(int i, int start, int step, int den)
{
    const int behind = (i - 1) * den - start; /* from there on */

    return i == 0 || behind < 0 ? 0 : behind / step + 1;
}

HELPER int resize_end(int i, int rows, int out, int start, int step, int den)
{
    const int before = (i + 1) * den - start; /* up to there */
    const int end = before <= 0 ? 0 : (before + step - 1) / step;

    return i == rows - 1 || end > out ? out : end;
}

HELPER int resize_part(int i, int o, int rows, int start, int step, int den)
{
    const int at = start + step * o > 0 ? start + step * o : 0, from = at / den;
    const int f = from < rows - 1 ? at % den : 0;

    return from == i ? den - f : from + 1 == i ? f : 0;
}

% end
% if need.range_step then
/* Ends a step: the exponent follows the largest magnitude of the last 16. */
static void range_step(int32_t *range, uint32_t step, int aim)
{
    int exponent = -range[0], largest = -128;
    const int at = (int)(step / 4 % 4) + 2, shift = (int)(step % 4) * 8;

    for (uint32_t bits = (uint32_t)range[1]; bits != 0; bits >>= 1)
        exponent++; /* nothing but zeros: finer than this scale */
    exponent = clamp_int(exponent, -100, 100);
    range[at] = (int32_t)(((uint32_t)range[at] & ~((uint32_t)0xff << shift)) | (uint32_t)(exponent & 0xff) << shift);
    for (int i = 0; i < 16; i++) {
        const int seen = (int8_t)((uint32_t)range[i / 4 + 2] >> i % 4 * 8 & 0xff);
        if (seen > largest)
            largest = seen;
    }
    range[0] = clamp_int(aim - largest, -100, 100);
    range[1] = 0;
}

% end
% include"helium.c.tpl"
% include"avx2.c.tpl"
% include"panels.c.tpl"
% include"turned.c.tpl"
