/* SPDX-License-Identifier: 0BSD */
/* A network learns samples that are drawn here. */
#include "signs.h"

#include <stdio.h>

#define ELEMENTS 1024L
#define SHOWN    4 /* classes that the example knows */

static signs_net net;         /* what was learnt: keep it */
static signs_scratch scratch; /* working memory, free between calls */
static uint8_t sample[ELEMENTS];
static uint32_t noise = 1;

/* In the place of a sensor: each class has a pattern and a strength of its own, under noise. Read yours here. */
static void read_sensor(int label, uint8_t *to)
{
    for (int32_t i = 0; i < ELEMENTS; i++) {
        noise = noise * 1664525u + 1013904223u;
        uint32_t pattern = ((uint32_t)i * (uint32_t)(label + 1) * 8u) & 255u;
        uint32_t value = (pattern * (uint32_t)(label + 1) / SHOWN * 3u + (noise >> 24)) / 4u; /* 0 .. 255 */
        to[i] = (uint8_t)value;
    }
}

/* Learns from so many samples. Returns their mean loss, or -1 where a call failed. */
static float learn(int count)
{
    float sum = 0.0f;
    for (int i = 0; i < count; i++) {
        int label = i % SHOWN;
        read_sensor(label, sample);
        float loss = 0.0f;
        if (signs_train(&net, &scratch, sample, label, &loss) != SIGNS_OK)
            return -1.0f;
        sum += loss;
    }
    return sum / (float)count;
}

int main(void)
{
    if (signs_init(&net) != SIGNS_OK)
        return 1;
    float before = learn(20);
    learn(160);
    float after = learn(20);
    printf("loss: %ld/1000, then %ld/1000\n", (long)(1000.0f * before), (long)(1000.0f * after));
    return !(after < before);
}
