/* SPDX-License-Identifier: MIT */
/* One image in two forms, seen by two outputs of one network beside each other, net and whole.  pixels.sh says which byte of
 * a pixel of RGB565 comes first (PACKED 1: the lower), or that net's image is of bytes (0) or floats (3); and how near losses
 * and scores have to be (0: the same bits). */
#include "net.h"
#include "whole.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { PIXELS = WHOLE_INPUT_BYTES / 3, STEPS = 12 };

#if PACKED == 3
typedef float value;
#else
typedef uint8_t value;
#endif

static net_net net;
static whole_net whole;
static net_scratch scratch;
static whole_scratch other;
static uint32_t state = 1;
static double farthest, largest;

static uint32_t random_bits(void)
{
    state = state * 1664525u + 1013904223u;
    return state >> 8;
}

/* A pixel of 16 bits, and as bytes. */
static void pixel(int i, value *packed, uint8_t *bytes)
{
    const uint32_t p = random_bits() & 0xffff;
    bytes[3 * i] = (uint8_t)(33 * (p >> 11) / 4);
    bytes[3 * i + 1] = (uint8_t)(65 * (p >> 5 & 63) / 16);
    bytes[3 * i + 2] = (uint8_t)(33 * (p & 31) / 4);
#if PACKED == 1 || PACKED == 2
    packed[2 * i + (PACKED == 2)] = (uint8_t)(p & 255);
    packed[2 * i + (PACKED == 1)] = (uint8_t)(p >> 8);
#else
    for (int c = 3 * i; c < 3 * i + 3; c++)
        packed[c] = bytes[c];
#endif
}

static void compare(const float *ours, const float *theirs, int count)
{
    for (int i = 0; i < count; i++) {
        farthest = fmax(farthest, fabs((double)ours[i] - (double)theirs[i]));
        largest = fmax(largest, fabs((double)theirs[i]));
    }
}

int main(void)
{
    static value packed[NET_INPUT_BYTES / sizeof(value)];
    static uint8_t bytes[WHOLE_INPUT_BYTES];
    float scores[NET_CLASSES], expected[NET_CLASSES], loss, wanted;

    net_init(&net);
    whole_init(&whole);
    for (int n = 0; n < STEPS; n++) {
        const value *image = packed;
        for (int i = 0; i < PIXELS; i++)
            pixel(i, packed, bytes);
        memset(&scratch, 0xff, sizeof scratch);
#ifdef NET_SCRATCH
        image = memcpy(net_input(&scratch), packed, sizeof packed);
#endif
        if (net_predict(&net, &scratch, image, scores) || whole_predict(&whole, &other, bytes, expected))
            return 1;
        compare(scores, expected, NET_CLASSES);
#ifdef NET_SCRATCH
        image = memcpy(net_input(&scratch), packed, sizeof packed);
#endif
        if (net_train(&net, &scratch, image, n % NET_CLASSES, &loss) ||
            whole_train(&whole, &other, bytes, n % NET_CLASSES, &wanted))
            return 1;
        compare(&loss, &wanted, 1);
    }
    if (largest > 0.01 && farthest <= (NEAR)*largest && (NEAR > 0 || !memcmp(&net, &whole, sizeof net)))
        return 0;
    printf("difference %g, of numbers up to %g\n", farthest, largest);
    return 1;
}
