/* SPDX-License-Identifier: MIT */
/* Scores of three images, before and after 40 steps of training: see joins.sh. */
#include "joins.h"

#include <stdio.h>

static joins_net net;
static joins_scratch scratch;
static uint8_t image[JOINS_INPUT_BYTES];

static void draw(uint32_t seed)
{
    for (size_t i = 0; i < sizeof image; i++) {
        seed = seed * 1664525u + 1013904223u;
        image[i] = (uint8_t)(seed >> 24);
    }
}

static int print_scores(void)
{
    float scores[JOINS_CLASSES];
    for (uint32_t k = 0; k < 3; k++) {
        draw(1000 + k);
        if (joins_predict(&net, &scratch, image, scores))
            return 1;
        for (int i = 0; i < JOINS_CLASSES; i++)
            printf("%.9g\n", (double)scores[i]);
    }
    return 0;
}

int main(void)
{
    float loss;
    if (joins_init(&net) || print_scores())
        return 1;
    for (int step = 0; step < 40; step++) {
        draw((uint32_t)step);
        if (joins_train(&net, &scratch, image, step % JOINS_CLASSES, &loss))
            return 1;
    }
    return print_scores();
}
