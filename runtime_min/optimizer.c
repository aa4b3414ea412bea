/* SPDX-License-Identifier: 0BSD */
/*
 * Steps of the optimisers, n values at a time, as PyTorch defines them: weight decay is added to
 * the gradient (L2). `scale` multiplies the gradient first: 1 / batch, and less where it is clipped.
 */
#include <math.h>
#include <stdint.h>
#include <string.h>

/* 0 for infinities and NaN. A test of the bits, because some options let compilers assume isfinite. */
static int is_finite(float x)
{
    uint32_t bits;

    memcpy(&bits, &x, sizeof bits);
    return (bits & 0x7f800000u) != 0x7f800000u;
}

/* Looks at a gradient before its step. 0 if an element is not finite: nothing may be changed then. */
static int all_finite(const float *g, int n)
{
    for (int i = 0; i < n; i++)
        if (!is_finite(g[i]))
            return 0;
    return 1;
}

/* Lowers *scale so that the norm of *scale * g is at most clip, which is positive; g is finite. */
static void clip_norm(const float *g, int n, float clip, float *scale)
{
    float largest = 0.0f, sum = 0.0f, norm;

    for (int i = 0; i < n; i++) {
        const float size = g[i] < 0.0f ? -g[i] : g[i];
        if (size > largest)
            largest = size;
    }
    if (largest <= 0.0f)
        return;
    /* Relative to the largest element, so that no square overflows. */
    for (int i = 0; i < n; i++)
        sum += (g[i] / largest) * (g[i] / largest);
    norm = sqrtf(sum); /* alone: where double is float, libraries have sqrtf return double */
    norm *= *scale;
    if (norm > clip / largest)
        *scale *= clip / largest / norm;
}

/* p -= rate * (scale * g + decay * p) */
static void sgd(float *p, const float *g, int n, float rate, float decay, float scale)
{
    for (int i = 0; i < n; i++)
        p[i] -= rate * (scale * g[i] + decay * p[i]);
}

/* m = momentum * m + (scale * g + decay * p); p -= rate * m. m starts as zeros. */
static void sgd_momentum(float *p, const float *g, float *m, int n, float rate, float momentum, float decay,
                         float scale)
{
    for (int i = 0; i < n; i++) {
        m[i] = momentum * m[i] + (scale * g[i] + decay * p[i]);
        p[i] -= rate * m[i];
    }
}

/*
 * Adam (Kingma & Ba, 2015). m and v start as zeros. correctionN is 1 - betaN^t in step t = 1, 2, ...;
 * the caller keeps it by c = betaN * c + (1 - betaN) from c = 0: the same number without a power or a
 * step count that can overflow, and without the cancellation of 1 - betaN^t where betaN is near 1.
 * (1 - betaN) must be the difference of floats here and there: that of 0.999 is 1.3e-5 off, which
 * only the division by the correction takes out again.
 */
static void adam(float *p, const float *g, float *m, float *v, int n, float rate, float beta1, float beta2, float eps,
                 float decay, float scale, float correction1, float correction2)
{
    const float step = rate / correction1, root = sqrtf(correction2);
    float size;

    for (int i = 0; i < n; i++) {
        const float d = scale * g[i] + decay * p[i];
        m[i] = beta1 * m[i] + (1.0f - beta1) * d;
        v[i] = beta2 * v[i] + (1.0f - beta2) * d * d;
        size = sqrtf(v[i]); /* alone, as in clip_norm */
        p[i] -= step * m[i] / (size / root + eps);
    }
}
