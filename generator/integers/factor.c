/* SPDX-License-Identifier: MIT */
/* Factors between scales as integers, and what the emitted code makes of them. */
#include "integers/integers.h"

#include <math.h>

struct factor factor_of(double real)
{
    struct factor f = {0, 0};
    if (!(real > 0))
        return f;
    double mantissa = nearbyint(frexp(real, &f.shift) * 2147483648.0);
    if (mantissa >= 2147483648.0) {
        mantissa /= 2;
        f.shift++;
    }
    f.multiplier = (int32_t)mantissa;
    return f;
}

struct factor tflite_factor(double real)
{
    struct factor f = factor_of(real);
    return f.shift < -31 ? (struct factor){0, 0} : f; /* half of the largest sum, and less, are 0 */
}

void bind_factor(struct bindings *b, const char *prefix, struct factor f)
{
    bind_int(b, arena_format(b->mem, "%s_multiplier", prefix), f.multiplier);
    bind_int(b, arena_format(b->mem, "%s_shift", prefix), f.shift);
}

void bind_tflite_sum(struct bindings *b, const struct val *x, const struct val *z, const struct val *y)
{
    double twice = 2 * fmax(x->scale, z->scale);
    bind_factor(b, "a", tflite_factor(x->scale / twice));
    bind_factor(b, "b", tflite_factor(z->scale / twice));
    bind_factor(b, "y", tflite_factor(twice / (1048576.0 * y->scale)));
}

int factor_bits(double factor, double most)
{
    int bits = 22;
    while (bits > 0 && ldexp(factor, bits) * most >= ldexp(1, 30))
        bits--;
    return bits;
}

/* gemmlowp's SaturatingRoundingDoublingHighMul and RoundingDivideByPOT, which TFLite uses. */
static int64_t tflite_scale(int64_t x, int32_t multiplier, int shift)
{
    int64_t most = 0x3fffffff >> (shift > 0 ? shift : 0);
    if (shift >= 0)
        x = (x < -most ? -most : x > most ? most : x) * ((int64_t)1 << shift);
    int64_t product = x * multiplier;
    int64_t high = (product + (product >= 0 ? 1 << 30 : 1 - (1 << 30))) / ((int64_t)1 << 31);
    int right = shift > 0 ? 0 : -shift;
    int64_t mask = ((int64_t)1 << right) - 1, rest = high & mask;
    return (high >> right) + (rest > (mask >> 1) + (high < 0));
}

int requantise(int32_t sum, int32_t multiplier, int shift, bool tflite, int zero, int lo, int hi)
{
    int64_t most = tflite ? INT32_MAX : INT32_MAX >> shift;
    int64_t x = sum < -most ? -most : sum > most ? most : sum;
    int64_t q = tflite ? tflite_scale(x, multiplier, shift)
                       : (x * ((int64_t)1 << shift) * multiplier + ((int64_t)1 << 31)) >> 32;
    q += zero;
    return (int)(q < lo ? lo : q > hi ? hi : q);
}

double requantise_exactly(double sum, int32_t multiplier, int shift, bool tflite, int zero, int lo, int hi)
{
    double q = nearbyint(ldexp(sum * multiplier, shift - (tflite ? 31 : 32))) + zero;
    return q < lo ? lo : q > hi ? hi : q;
}
