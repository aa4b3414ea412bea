/* SPDX-License-Identifier: MIT */
/* check: are the offsets right?  Written from the definition; shares nothing with the planner. */
#include "pack/pack.h"

/* True if part i of x and part j of y share a byte while both are alive. */
static bool parts_clash(const struct block *x, int i, const struct block *y, int j)
{
    if (x->birth[i] >= y->death[j] || y->birth[j] >= x->death[i])
        return false;
    int64_t x_bytes = x->size / x->parts, y_bytes = y->size / y->parts;
    int64_t x_at = x->offset + i * x_bytes, y_at = y->offset + j * y_bytes;
    return x_at < y_at + y_bytes && y_at < x_at + x_bytes;
}

/* Part i of x can only meet the few parts of y that its bytes touch. */
static bool blocks_clash(const struct block *x, const struct block *y)
{
    if (!x->size || !y->size || x->offset >= y->offset + y->size || y->offset >= x->offset + x->size)
        return false;
    int64_t x_bytes = x->size / x->parts, y_bytes = y->size / y->parts;
    for (int i = 0; i < x->parts; i++) {
        int64_t from = x->offset + i * x_bytes - y->offset, to = from + x_bytes;
        int64_t j = from > 0 ? from / y_bytes : 0;
        for (; j < y->parts && j * y_bytes < to; j++)
            if (parts_clash(x, i, y, (int)j))
                return true;
    }
    return false;
}

bool place_check(const struct block *block, int count, int64_t align, int *a, int *b)
{
    for (*a = 0; *a < count; ++*a) {
        *b = *a;
        if (block[*a].offset < 0 || block[*a].offset % align)
            return false;
        for (*b = 0; *b < *a; ++*b)
            if (blocks_clash(&block[*a], &block[*b]))
                return false;
    }
    return true;
}
