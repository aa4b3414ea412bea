/* SPDX-License-Identifier: MIT */
/* Pictures for tests: a bright band says which class it is. */
#ifndef PICTURE_H
#define PICTURE_H

#include <stdint.h>

/* The next one of `classes` in turn, noisy; returns its class. */
static int draw_picture(uint8_t *picture, uint32_t bytes, int classes)
{
    static uint32_t state = 1;
    static int label;
    label = (label + 3) % classes;
    for (uint32_t i = 0; i < bytes; i++) {
        state ^= state << 13; /* xorshift32 (Marsaglia, 2003) */
        state ^= state >> 17;
        state ^= state << 5;
        const int band = (int)(i * (uint32_t)classes / bytes);
        picture[i] = (uint8_t)((state >> 25) + (band == label ? 128 : 64));
    }
    return label;
}

#endif
