/* SPDX-License-Identifier: 0BSD */
/* Losses: the value, and its gradient in the scores. */
#include <stdint.h>
#include <string.h>

/*
 * e^x for x <= 0; 0 below -87, NaN for NaN. Within 1 ulp, and the same bits on every machine, which
 * those of libraries are not: x / ln 2 is a fixed-point number, its fraction goes through a polynomial.
 */
static float exp_negative(float x)
{
    /* 2^f in Q30 for f in Q31, 0 <= f < 1, within 2^-33: interpolation at Chebyshev's points. */
    static const uint32_t power[8] = {1073741824, 744261126, 257941089, 59598342, 10322487, 1441968, 153573, 23239};
    uint32_t f, v = power[7], bits;
    uint64_t u;
    float y;

    if (x < -87.0f)
        return 0.0f;
    if (!(x <= 0.0f))
        return x;
    /* 128 + x / ln 2 in Q31, from x in Q25 and 1 / ln 2 in Q31 */
    u = ((uint64_t)128 << 31) - ((uint64_t)(uint32_t)(x * -33554432.0f) * 3098164009u >> 25);
    f = (uint32_t)u & 0x7fffffffu;
    for (int i = 6; i >= 0; i--)
        v = power[i] + (uint32_t)((uint64_t)v * f >> 31);
    bits = ((uint32_t)(u >> 31) - 1) << 23;
    bits += (v - power[0] + 64) >> 7; /* may carry into the exponent, as it should */
    memcpy(&y, &bits, sizeof y);
    return y;
}

/* ln x for 1 <= x < 2^31, NaN for NaN. Within 3 ulp, and the same bits on every machine. */
static float log_positive(float x)
{
    /* atanh(s) / s in Q30 for s * s in Q31, s * s < 0.0295, within 2^-30 */
    static const uint32_t series[4] = {1073741823, 357914745, 214612755, 160671359};
    uint32_t bits, v = series[3];
    int32_t q, exponent;
    float s;

    if (!(x < 2147483648.0f))
        return x;
    memcpy(&bits, &x, sizeof bits);
    exponent = (int32_t)(bits >> 23) - 127;
    bits = (bits & 0x7fffffu) | 0x3f800000u;
    if (bits > 0x3fb504f3u) { /* sqrt(2): below it, so that the logarithm is small */
        bits -= 0x800000u;    /* half */
        exponent++;
    }
    memcpy(&x, &bits, sizeof x);
    s = (x - 1.0f) / (x + 1.0f);
    q = (int32_t)(s * 2147483648.0f);
    for (int i = 2; i >= 0; i--)
        v = series[i] + (uint32_t)((uint64_t)v * (uint32_t)((int64_t)q * q >> 31) >> 31);
    if (exponent == 0)
        return s * ((float)v * (1.0f / 536870912.0f));
    /* In Q26, with ln 2: the logarithm is at least 0.34. */
    q = exponent * 46516320 + (int32_t)(((int64_t)q * v) >> 34);
    return (float)q * (1.0f / 67108864.0f);
}

/*
 * Cross entropy of softmax(scores) with the label, PyTorch's label_smoothing included: the target is
 * (1 - smoothing) at the label plus smoothing / classes everywhere. Returns the loss and writes
 * d loss / d scores to gradient, which may be scores itself. The largest score is subtracted
 * first, so that exp cannot overflow; scores that are not finite give a loss that is not finite.
 */
static float softmax_cross_entropy(const float *scores, int classes, int label, float smoothing, float *gradient)
{
    const float share = smoothing / (float)classes;
    float top = scores[0], mean = 0.0f, sum = 0.0f, chosen;

    for (int i = 1; i < classes; i++)
        if (scores[i] > top)
            top = scores[i];
    for (int i = 0; i < classes; i++)
        mean += (scores[i] - top) / (float)classes;
    chosen = scores[label] - top;
    for (int i = 0; i < classes; i++) {
        gradient[i] = exp_negative(scores[i] - top);
        sum += gradient[i];
    }
    for (int i = 0; i < classes; i++)
        gradient[i] = gradient[i] / sum - share;
    gradient[label] -= 1.0f - smoothing;
    if (smoothing > 0.0f)
        chosen += (mean - chosen) / (1.0f / smoothing); /* a product could be fused with the sum */
    return log_positive(sum) - chosen;
}

/*
 * The same of those classes alone whose word in `used` is not 0: the others get no probability and no gradient, and the
 * result has the bits that it would have without them. They are gathered in front of gradient, and spread from behind.
 */
static float softmax_of_used(const float *scores, const int32_t *used, int classes, int label, float smoothing,
                             float *gradient)
{
    int n = 0, at = 0;
    float loss;

    for (int i = 0; i < classes; i++) {
        if (i == label)
            at = n;
        if (used[i])
            gradient[n++] = scores[i];
    }
    loss = softmax_cross_entropy(gradient, n, at, smoothing, gradient);
    for (int i = classes - 1; i >= 0; i--)
        gradient[i] = used[i] ? gradient[--n] : 0.0f;
    return loss;
}

/*
 * Mean of (scores - target)^2 over n elements. Writes d loss / d scores to gradient, which may be
 * scores itself.
 */
static float mean_squared_error(const float *scores, const float *target, int n, float *gradient)
{
    float sum = 0.0f;

    for (int i = 0; i < n; i++) {
        const float d = scores[i] - target[i];
        sum += d * d;
        gradient[i] = 2.0f * d / (float)n;
    }
    return sum / (float)n;
}
