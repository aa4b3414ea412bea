/* SPDX-License-Identifier: MIT */
/* bytes: places in a save.  Inside the room saves. */
#ifndef SAVE_BYTES_H
#define SAVE_BYTES_H

#include "base/word.h"
#include "emit/emit.h"
#include "saves/save.h"

/* Places in the header. */
enum { AT_FORMAT = 4, AT_LENGTH = 8, AT_BASE = 12, AT_LAYOUT = 16, AT_STEP = 20, AT_SAMPLES = 24, AT_COUNT = 28 };
enum { AT_SUM = 32, AT_HEAD_SUM = 36 };

enum { SAVE_FORMAT = 2 };

/* As in zlib: of these bytes alone. */
uint32_t save_checksum(const unsigned char *bytes, size_t length);

/* Bytes of a tensor's values, whole words. */
size_t save_tensor_bytes(const struct save_tensor *t);

#endif
