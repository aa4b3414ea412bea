/* SPDX-License-Identifier: MIT */
/* Buffers as the packer sees them. */
#include "schedule/schedule.h"

/* A full map whose rows come and go row by row is a block of h parts; all else is whole. */
struct block buffer_block(struct arena *mem, const struct buffer *b)
{
    int parts = b->full ? b->rows : 1;
    bool same = true;
    for (int y = 1; y < parts; y++)
        same = same && b->birth[y] == b->birth[0] && b->death[y] == b->death[0];
    if (same)
        parts = 1;
    int *birth = NEW_ARRAY(mem, int, parts), *death = NEW_ARRAY(mem, int, parts);
    for (int y = 0; y < parts; y++) {
        birth[y] = b->birth[y];
        death[y] = b->death[y];
    }
    return (struct block){.size = b->bytes, .parts = parts, .birth = birth, .death = death};
}
