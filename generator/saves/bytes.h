/* SPDX-License-Identifier: MIT */
/* bytes: words of a save and their places.  Inside the room saves. */
#ifndef SAVE_BYTES_H
#define SAVE_BYTES_H

#include "emit/emit.h"
#include "saves/save.h"

/* Places in the header. */
enum { AT_FORMAT = 4, AT_LENGTH = 8, AT_BASE = 12, AT_LAYOUT = 16, AT_STEP = 20, AT_SAMPLES = 24, AT_COUNT = 28 };
enum { AT_SUM = 32, AT_HEAD_SUM = 36 };

enum { SAVE_FORMAT = 2 };

static inline uint32_t word_at(const unsigned char *at)
{
    return at[0] | (uint32_t)at[1] << 8 | (uint32_t)at[2] << 16 | (uint32_t)at[3] << 24;
}

static inline void word_put(unsigned char *at, uint32_t word)
{
    for (int i = 0; i < 4; i++)
        at[i] = (unsigned char)(word >> 8 * i);
}

/* As in zlib: of these bytes alone. */
uint32_t save_checksum(const unsigned char *bytes, size_t length);

/* Bytes of a tensor's values, whole words. */
size_t save_tensor_bytes(const struct save_tensor *t);

#endif
