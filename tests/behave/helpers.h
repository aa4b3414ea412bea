/* SPDX-License-Identifier: MIT */
/* What the programs of this folder share.  NET_MSE, NET_SCRATCH, NET_BATCH come from run.sh. */
#ifndef HELPERS_H
#define HELPERS_H

#include "net.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#ifndef NET_BATCH
#define NET_BATCH 1
#endif

#define CHECK(condition)                                                                                               \
    do {                                                                                                               \
        if (!(condition)) {                                                                                            \
            fprintf(stderr, "%s:%d: %s\n", __FILE__, __LINE__, #condition);                                            \
            exit(1);                                                                                                   \
        }                                                                                                              \
    } while (0)

typedef struct {
    uint8_t image[NET_INPUT_BYTES];
    int label;
    float target[NET_CLASSES];
} sample;

static uint32_t random_state = 1;

static uint32_t random_bits(void)
{
    random_state = random_state * 1664525u + 1013904223u;
    return random_state >> 8;
}

/* A bright third of the picture says which class it is. */
static sample sample_new(void)
{
    sample s;
    s.label = (int)(random_bits() % NET_CLASSES);
    for (int i = 0; i < NET_INPUT_BYTES; i++)
        s.image[i] = (uint8_t)(random_bits() % 100 + (i * NET_CLASSES / NET_INPUT_BYTES == s.label ? 150u : 0u));
    for (int i = 0; i < NET_CLASSES; i++)
        s.target[i] = i == s.label ? 1.0f : 0.0f;
    return s;
}

/* An image in scratch must be put there before every call, which may overwrite it. */
static const uint8_t *place(net_scratch *scratch, const sample *s)
{
#ifdef NET_SCRATCH
    memcpy(net_input(scratch), s->image, NET_INPUT_BYTES);
    return net_input(scratch);
#else
    (void)scratch;
    return s->image;
#endif
}

static int train(net_net *net, net_scratch *scratch, const sample *s, float *loss)
{
#ifdef NET_MSE
    return net_train(net, scratch, place(scratch, s), s->target, loss);
#else
    return net_train(net, scratch, place(scratch, s), s->label, loss);
#endif
}

static int predict(const net_net *net, net_scratch *scratch, const sample *s, float *scores)
{
    return net_predict(net, scratch, place(scratch, s), scores);
}

#endif
