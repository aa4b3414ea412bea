/* SPDX-License-Identifier: MIT */
/* base/word: words of 32 bits in a file, little-endian. */
#ifndef WORD_H
#define WORD_H

#include <stdint.h>

static inline uint32_t word_at(const unsigned char *at)
{
    return at[0] | (uint32_t)at[1] << 8 | (uint32_t)at[2] << 16 | (uint32_t)at[3] << 24;
}

static inline void word_put(unsigned char *at, uint32_t word)
{
    for (int i = 0; i < 4; i++)
        at[i] = (unsigned char)(word >> 8 * i);
}

#endif
