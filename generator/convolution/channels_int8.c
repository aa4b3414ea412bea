/* SPDX-License-Identifier: MIT */
/* input { mean = { .. }, scale = { .. } } in a network of int8: the convolution that reads the image knows.
 *
 *     sum of w[o, c] * scale[c] * (q - mean[c])  =  scale * (sum of w'[o, c] * q - sum of w'[o, c] * mean[c])
 *
 * with `scale` the largest of all, w' = w * scale[c] / scale quantised again, and padding of round(mean[c]). */
#include "convolution/convolution_int8.h"

#include <math.h>

/* Of element i of an output's weights, in natural order. */
static int channel_of(const struct param *w, int64_t i)
{
    return (int)(w->hwc ? i % w->shape[1] : i / ((int64_t)w->shape[2] * w->shape[3]));
}

static double shift_of(const struct val *x)
{
    return x->channels->type == INPUT_INT8 ? 0 : 128;
}

/* One output's weights; a scale that is there is kept where all are zeros. */
static void weigh(struct param *w, int o, const struct val *x)
{
    int64_t each = w->count / w->shape[0];
    float *value = w->value + o * each;
    double largest = 0;
    for (int64_t i = 0; i < each; i++) {
        value[i] = (float)((double)value[i] * (x->channels->factor[channel_of(w, i)] / x->scale));
        largest = fmax(largest, fabs((double)value[i]));
    }
    if (largest > 0)
        w->scale[o] = (float)(largest / 127);
    for (int64_t i = 0; i < each; i++) {
        double q = w->scale[o] > 0 ? nearbyint((double)value[i] / (double)w->scale[o]) : 0;
        w->quantised[o * each + i] = (int8_t)fmax(-127, fmin(127, q));
        value[i] = (float)(w->quantised[o * each + i] * (double)w->scale[o]);
    }
}

void channels_weigh(struct param *w, const struct val *x)
{
    bool same = true;
    for (int c = 0; x->channels && c < x->c; c++)
        same = same && x->channels->factor[c] == x->scale;
    for (int o = 0; !same && o < w->shape[0]; o++)
        weigh(w, o, x);
    w->one_scale = w->one_scale && same;
}

int64_t channels_zero(const struct param *w, int o, const struct val *x, int64_t sum)
{
    int64_t each = w->count / w->shape[0];
    double zero = 0;
    if (!x->channels)
        return x->zero * sum;
    for (int64_t i = 0; i < each; i++)
        zero += w->quantised[o * each + i] * (x->channels->mean[channel_of(w, i)] - shift_of(x));
    return (int64_t)nearbyint(zero);
}

int channels_padding(const struct val *x)
{
    uint32_t bytes = 0;
    for (int c = 0; x->channels && c < x->c; c++)
        bytes |= (uint32_t)((int)nearbyint(x->channels->mean[c] - shift_of(x)) & 255) << 8 * c;
    return x->channels ? (int)(int32_t)bytes : x->zero;
}
