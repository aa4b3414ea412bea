/* SPDX-License-Identifier: MIT */
/* How TFLite's reference scales integers, from the description of its arithmetic: factors as a mantissa of 31 bits and an
 * exponent (Jacob et al., CVPR 2018, section 2.2), a doubled upper half rounded to the nearest, halves upwards, then a shift to
 * the right, halves away from zero. */
#ifndef TFLITE_SCALE_H
#define TFLITE_SCALE_H

#include <math.h>
#include <stdint.h>

static inline double nearest_upwards(double v)
{
    return floor(v + 0.5);
}

/* v times a real factor. */
static inline double scaled(double v, double factor)
{
    int shift;
    double mantissa = round(ldexp(frexp(factor, &shift), 31));
    if (mantissa == ldexp(1, 31)) {
        mantissa /= 2;
        shift++;
    }
    const double high = nearest_upwards(ldexp(ldexp(v, shift > 0 ? shift : 0) * mantissa, -31));
    return shift > 0 ? high : round(ldexp(high, shift));
}

static inline int8_t clamped(double v)
{
    return (int8_t)fmax(-128, fmin(127, v));
}

#endif
