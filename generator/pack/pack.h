/* SPDX-License-Identifier: MIT */
/* pack: byte offsets for blocks that live for a while.  Knows only numbers. */
#ifndef PACK_H
#define PACK_H

#include "base/base.h"

/* A block of bytes.  It is born and dies as a whole (parts == 1), or in `parts` equal parts from
 * its lowest address up (the rows of a map): part i is alive in steps birth[i] <= t < death[i]. */
struct block {
    int64_t size; /* bytes; a multiple of parts */
    int parts;
    const int *birth, *death; /* [parts]; birth[i] < death[i] */
    int64_t offset;           /* out */
};

enum placement_status {
    PLACED_AT_BOUND, /* arena == bound: optimal */
    PLACED_PROVEN,   /* above the bound, but nothing smaller exists */
    PLACED_GAP       /* the optimum lies in [proven, arena] */
};

struct placement {
    int64_t arena;  /* bytes needed */
    int64_t bound;  /* most bytes alive at one time; sizes are rounded up to the alignment, and the
                     * padding lives as long as the block's last part */
    int64_t proven; /* no placement is smaller than this; bound <= proven <= arena */
    enum placement_status status;
    int64_t trials; /* effort spent, in placement trials */
};

/* Gives every block an offset that is a multiple of `align`, such that no two bytes alive at the
 * same time share an address, in as few bytes as it finds within `effort` placement trials (0: a
 * default good for a fraction of a second).  The answer depends on the arguments only. */
struct placement place(struct arena *scratch, struct block *block, int count, int64_t align, int64_t effort);

/* The same question with an upper limit: stops as soon as everything fits in `capacity` bytes. */
struct placement place_within(struct arena *scratch, struct block *block, int count, int64_t align, int64_t capacity,
                              int64_t effort);

/* An independent check of offsets, written without the planner's data structures: returns true, or
 * false and two blocks that clash in *a and *b (a == b: a negative or misaligned offset). */
bool place_check(const struct block *block, int count, int64_t align, int *a, int *b);

/* The command `tinytl-gen pack FILE`: reads minimalloc's CSV (a header with the columns id, lower,
 * upper and size in any order, others ignored; a buffer lives in lower <= t < upper), and prints
 * "arena N bound N optimal", or "arena N bound N gap P%" where P is 100 * (arena - proven) /
 * proven; with `verbose` also "id,offset" for each row, in the file's order.  With a capacity other
 * than 0, stops as soon as everything fits in it.  Returns EXIT_DONE, EXIT_BAD_INPUT, or
 * EXIT_NO_FIT if no placement within the capacity was found. */
int pack_csv(struct arena *mem, struct diag *diag, const char *path, int64_t capacity, bool verbose, FILE *out);

#endif
