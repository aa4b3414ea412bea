/* SPDX-License-Identifier: MIT */
/* One element of an image in the form in which the emitted code takes it. */
#include "data/data.h"

#include <math.h>

/* ---- RGB565: five bits of red, six of green, five of blue ---- */

static const int bits[3] = {5, 6, 5}, place[3] = {11, 5, 0};

static int pixel_of(const struct input *in, const uint8_t *at)
{
    return in->big_endian ? at[0] << 8 | at[1] : at[1] << 8 | at[0];
}

/* The upper bits are repeated below: 0 .. 31 and 0 .. 63 become 0 .. 255. */
static int channel_of(int pixel, int c)
{
    int value = pixel >> place[c] & ((1 << bits[c]) - 1);
    return value << (8 - bits[c]) | value >> (2 * bits[c] - 8);
}

static void put_channel(const struct input *in, uint8_t *at, int c, double v)
{
    int most = (1 << bits[c]) - 1, value = (int)nearbyint(v * most / 255);
    int pixel = (pixel_of(in, at) & ~(most << place[c])) | value << place[c];
    at[in->big_endian] = (uint8_t)(pixel & 255);
    at[!in->big_endian] = (uint8_t)(pixel >> 8);
}

/* ---- elements ---- */

double sample_element(const struct input *in, const void *image, int64_t i)
{
    if (in->type == INPUT_RGB565)
        return channel_of(pixel_of(in, (const uint8_t *)image + i / 3 * 2), (int)(i % 3));
    if (in->type == INPUT_FLOAT32)
        return (double)((const float *)image)[i];
    return in->type == INPUT_UINT8 ? ((const uint8_t *)image)[i] : ((const int8_t *)image)[i];
}

void sample_element_put(const struct input *in, void *image, int64_t i, double v)
{
    double q = fmax(input_least(in), fmin(input_most(in), nearbyint(v)));
    if (in->type == INPUT_RGB565)
        put_channel(in, (uint8_t *)image + i / 3 * 2, (int)(i % 3), q);
    else if (in->type == INPUT_FLOAT32)
        ((float *)image)[i] = (float)v;
    else if (in->type == INPUT_UINT8)
        ((uint8_t *)image)[i] = (uint8_t)q;
    else
        ((int8_t *)image)[i] = (int8_t)q;
}

double input_element(const struct input *in, int64_t i, double real)
{
    int c = (int)(i % in->shape.c);
    double q = real / input_scale(in, c);
    return in->mean ? nearbyint(q + in->mean[c]) : nearbyint(q) + in->zero_point;
}

double input_real(const struct input *in, int64_t i, double element)
{
    int c = (int)(i % in->shape.c);
    bool is_real = in->type == INPUT_FLOAT32 && !in->mean;
    return is_real ? element : (element - input_mean(in, c)) * input_scale(in, c);
}
