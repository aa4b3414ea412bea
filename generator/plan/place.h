/* place: byte offsets for blocks that live for a while.  Part of the room plan; knows only numbers. */
#ifndef PLACE_H
#define PLACE_H

#include "base/base.h"

/* A block of bytes.  It is born and dies as a whole (parts == 1), or in `parts` equal parts from its lowest
 * address up (the rows of a map): part i is alive in steps birth[i] <= t < death[i]. */
struct block {
    int64_t size;                /* bytes; a multiple of parts */
    int parts;
    const int *birth, *death;    /* [parts]; birth[i] < death[i] */
    int64_t offset;              /* out */
};

enum placement_status {
    PLACED_AT_BOUND, /* arena == bound: optimal */
    PLACED_PROVEN,   /* above the bound, but nothing smaller exists */
    PLACED_GAP       /* the optimum lies in [proven, arena] */
};

struct placement {
    int64_t arena;  /* bytes needed */
    int64_t bound;  /* most bytes alive at one time (sizes rounded up to the alignment) */
    int64_t proven; /* no placement is smaller than this; bound <= proven <= arena */
    enum placement_status status;
    int64_t trials; /* effort spent, in placement trials */
};

/* Gives every block an offset that is a multiple of `align`, such that no two bytes alive at the same
 * time share an address, in as few bytes as it finds within `effort` placement trials (0: a default
 * good for a second of work).  The answer depends on the arguments only. */
struct placement place(struct arena *scratch, struct block *block, int count, int64_t align,
                       int64_t effort);

/* The same question with an upper limit: stops as soon as everything fits in `capacity` bytes. */
struct placement place_within(struct arena *scratch, struct block *block, int count, int64_t align,
                              int64_t capacity, int64_t effort);

/* An independent check of offsets, written without the planner's data structures: returns true, or
 * false and two blocks that clash in *a and *b (a == b: a negative or misaligned offset). */
bool place_check(const struct block *block, int count, int64_t align, int *a, int *b);

#endif
