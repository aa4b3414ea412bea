/* SPDX-License-Identifier: MIT */
/* Trains an emitted network of integers for 2000 steps and looks at every trained value after each: none may jump, as
 * what wraps or loses its sign does, nor stop to move.  Prints how many values there are, jumps by more than 1, values that did
 * not move after the first 100 steps, and the mean loss of the first and of the last 100 steps.
 *
 *     cc -DHEADER='"net.h"' -DNET=net -DNET_UPPER=NET -DFIELDS='"fields.h"' steps.c net.c -lm
 *
 * With -DRATE=r it only runs, at a rate at which nothing is learnt: for sanitizers.
 * fields.h: a line FIELD(name, type) for each array of trained values. */
#include HEADER
#include "picture.h"

#include <math.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define JOIN2(a, b) a##b
#define JOIN(a, b)  JOIN2(a, b)
#define API(name)   JOIN(NET, name)
#define SIZE(name)  JOIN(NET_UPPER, name)

enum { STEPS = 2000, VALUES = 1 << 20 };

static API(_net) net;
static API(_scratch) scratch;
static uint8_t picture[SIZE(_INPUT_BYTES)];
static float now[VALUES], before[VALUES];
static char moved[VALUES];

static int read_floats(float *to, const float *from, size_t n)
{
    memcpy(to, from, n * sizeof *to);
    return (int)n;
}

static int read_bfloat16(float *to, const uint16_t *from, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        const uint32_t bits = (uint32_t)from[i] << 16;
        memcpy(to + i, &bits, sizeof bits);
    }
    return (int)n;
}

static int read_values(float *to)
{
    int n = 0;
#define FIELD(name, type) n += JOIN(read_, type)(to + n, net.name, sizeof net.name / sizeof *net.name);
#include FIELDS
#undef FIELD
    return n;
}

int main(void)
{
    int jumps = 0, still = 0, count;
    float loss, first = 0, last = 0;
    API(_init)(&net);
#ifdef RATE
    API(_set_rate)(&net, RATE);
    for (int step = 0; step < STEPS; step++) {
        const int label = draw_picture(picture, SIZE(_INPUT_BYTES), SIZE(_CLASSES));
        API(_train)(&net, &scratch, picture, label, &loss);
    }
    return 0;
#endif
    count = read_values(before);
    for (int step = 0; step < STEPS; step++) {
        const int label = draw_picture(picture, SIZE(_INPUT_BYTES), SIZE(_CLASSES));
        if (API(_train)(&net, &scratch, picture, label, &loss) || !isfinite(loss))
            return printf("step %d: no finite loss\n", step), 1;
        first += step < 100 ? loss / 100 : 0;
        last += step >= STEPS - 100 ? loss / 100 : 0;
        read_values(now);
        for (int i = 0; i < count; i++) {
            jumps += !isfinite(now[i]) || fabsf(now[i] - before[i]) > 1;
            moved[i] = (char)(moved[i] | (step >= 100 && now[i] != before[i]));
        }
        memcpy(before, now, sizeof now);
    }
    for (int i = 0; i < count; i++)
        still += !moved[i];
    printf("%d %d %d %.4f %.4f\n", count, jumps, still, (double)first, (double)last);
    return 0;
}
