/* SPDX-License-Identifier: MIT */
/* packing: what the parts of the placer share.  Others include pack.h. */
#ifndef PACKING_H
#define PACKING_H

#include "pack/pack.h"

/* A block that is alive together with another one.  If the other lies at x, this one may lie at
 * x - below or lower, or at x + above or higher, and nowhere between.  For whole blocks below is
 * this one's size and above the other's; for maps that die row by row both can be less, even
 * negative. */
struct neighbour {
    int block;
    bool loose;  /* below or above is not positive: either may lie a little above the other */
    bool porous; /* some places between would do, but are not considered */
    int64_t below, above;
};

/* Places where a block may not start: from < place < to. */
struct barred {
    int64_t from, to;
};

/* The part of a block that is alive in one section. */
struct cell {
    int64_t bytes;
    int64_t dead; /* bytes beneath it that are not */
};

/* A block alive in a section, and how much of it beneath is dead there. */
struct member {
    int block;
    int64_t dead;
};

/* The sections a part lives in: begin <= s < end. */
struct part_span {
    int begin, end;
};

/* A packing under way.  Time is cut into sections: the sets of blocks alive at one time that are
 * not part of a larger such set.  All bytes are rounded up to the alignment. */
struct packing {
    struct arena *mem;
    const struct block *block;
    int count;
    int64_t align;
    int64_t *size; /* [count] */
    int sections;
    int *begin, *end;              /* [count] alive in sections begin <= s < end, at least in part */
    int64_t *live;                 /* [sections] bytes alive */
    int64_t *life;                 /* [count] steps from the first birth to the last death */
    int *whole_from, *whole_until; /* [count] all parts are alive from <= t < until, if there is such a time */
    struct part_span *part;        /* of all blocks, one after the other */
    struct cell *cell;             /* what of a block is alive in its sections: see cell_of */
    int *cell_first;               /* [count] */
    int *member_first;             /* [sections + 1] where the members of a section start */
    struct member *member;
    int *first; /* [count + 1] where a block's neighbours start */
    struct neighbour *neighbour;
    bool whole;    /* no block dies by parts */
    bool *ordered; /* [count] its parts are born and die from the lowest up */

    int64_t *offset;       /* [count] the placement being made; -1: not placed */
    struct barred *span;   /* [count] scratch of lowest_fit */
    const int *rank;       /* [count] lowest_fit overlooks blocks that rank behind */
    int *alike;            /* [count] the rank of all when none is overlooked: 0 */
    int64_t *best;         /* [count] offsets of the best placement */
    int *order;            /* [count] an order that leads to it, or nearly */
    int64_t arena;         /* bytes of the best placement */
    int64_t bound, proven; /* as in struct placement */
    int64_t goal;          /* good enough: the capacity asked for, or 0 */
    int64_t trials, effort;
};

/* packing.c: a packing of p->block, of which nothing is placed; `capacity` is good enough (0: the bound). */
void packing_start(struct packing *p, int64_t capacity, int64_t effort);

/* neighbours.c: sizes, sections, neighbours and the bound. */
void packing_neighbours(struct packing *p);

/* Fills in cells and members, which only the search needs. */
void packing_cells(struct packing *p);

/* What of block b is alive in section s, begin[b] <= s < end[b]. */
static inline const struct cell *cell_of(const struct packing *p, int b, int s)
{
    return &p->cell[p->cell_first[b] + s - p->begin[b]];
}

/* greedy.c: places block b as low as the placed ones allow (or in the tightest gap) and returns its
 * offset, which is not yet written to p->offset. */
int64_t lowest_fit(struct packing *p, int b, bool tightest);

/* Bytes needed when the blocks are placed in the given order from position `from` on; stops early
 * and returns limit + 1 when more than `limit` would be needed.  Those before `from` must be
 * placed. */
int64_t place_in_order(struct packing *p, const int *order, int from, int64_t limit, bool tightest);

/* Fills in the best placement of several greedy orders. */
void packing_greedy(struct packing *p);

/* The same for all but `count` blocks, whose offsets are given. */
void packing_around(struct packing *p, const int *block, int count, const int64_t *offset);

/* a * b, or INT64_MAX if that is too much for it; neither is negative. */
int64_t saturating_product(int64_t a, int64_t b);

/* True while the best placement is not known to be good enough and effort is left. */
bool packing_unfinished(const struct packing *p);

/* Copies p->offset to p->best if it needs less than p->arena. */
void packing_keep(struct packing *p, int64_t arena);

/* search.c: does everything fit in `capacity`?  FOUND: p->best is such a placement.  NOTHING: there
 * is none, nor one with less than *next bytes.  GAVE_UP: not known; `effort` trials were not
 * enough. */
enum answer { NOTHING, FOUND, GAVE_UP };
struct search *search_new(struct packing *p);
enum answer search_fit(struct search *s, int64_t capacity, int64_t effort, int64_t *next);

/* bisect.c: improves the best placement and raises p->proven, with so many more trials at most. */
void packing_search(struct packing *p, int64_t effort);

/* diagonal.c: improves the best placement of blocks that die by parts, from p->order on; p->order becomes the order it
 * ends with. */
void packing_orders(struct packing *p);

/* coarse.c: an order that begins with the large blocks, if it is better than p->order. */
void packing_coarse(struct packing *p, int64_t effort);

#endif
