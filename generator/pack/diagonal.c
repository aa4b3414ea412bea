/* SPDX-License-Identifier: MIT */
/* diagonal: maps that die row by row while others are born.
 *
 *      A |=======|            address ->
 *      A |  =====|            A's rows die from the lowest up, B's are born from the lowest up:
 *      B |==     |            B may start at A's offset, or even a few rows beneath, and both
 *      A |     ==|            together need little more than the larger one
 *      B |=====  |
 *
 * The exact search finds many of the best placements at once or never, so it comes first, with a
 * small share of the effort.  Then a local search changes the order in which blocks are placed,
 * each as low as it can: some block that reaches too high, or one alive together with it, moves,
 * mostly forward.  It begins with the large blocks alone (see coarse.c).
 *
 * Measured on 176 schedules of two networks (97 to 294 blocks): in the mean 1.5 % above the bound
 * of live bytes, median 0.5 %; up to 17 % where many maps share a sweep.  On a third of them, the
 * mean was 1.9 % without the search, and ten times the effort gained 0.2 %. */
#include "pack/packing.h"

#include <string.h>

struct local_search {
    struct packing *p;     /* p->offset: the accepted placement */
    int *order, *next;     /* the accepted order, and the one to be tried */
    int *rank, *next_rank; /* where a block stands in them */
    int64_t arena;
    int *high;  /* scratch: the blocks that reach too high */
    int *dirty; /* by block: the last step in which its place was not sure, see mark */
    struct moved {
        int block;
        int64_t offset; /* before */
    } * moved;
    int nmoved;
    uint64_t random;
};

/* xorshift64 (Marsaglia 2003), always from the same start: the same question gets the same answer.
 */
static int random_below(struct local_search *l, int count)
{
    l->random ^= l->random << 13;
    l->random ^= l->random >> 7;
    l->random ^= l->random << 17;
    return (int)((l->random >> 32) * (uint64_t)count >> 32);
}

/* Moves the block at `from` to `to`; returns the first position that changed. */
static int move(int *order, int from, int to)
{
    int b = order[from];
    if (from < to)
        memmove(order + from, order + from + 1, sizeof *order * (size_t)(to - from));
    else
        memmove(order + to + 1, order + to, sizeof *order * (size_t)(from - to));
    order[to] = b;
    return from < to ? from : to;
}

/* A block at the top, or one above the bound, or a neighbour of such a one. */
static int block_to_move(struct local_search *l)
{
    struct packing *p = l->p;
    int64_t line = random_below(l, 2) ? l->arena - 1 : p->proven;
    int count = 0;
    for (int b = 0; b < p->count; b++)
        if (p->offset[b] + p->size[b] > line)
            l->high[count++] = b;
    int b = l->high[random_below(l, count)], near = p->first[b + 1] - p->first[b];
    if (near && random_below(l, 10) < 8) {
        int first = p->first[b];
        b = p->neighbour[first + random_below(l, near)].block;
        for (int k = 1; k < 3; k++) {
            int other = p->neighbour[first + random_below(l, near)].block;
            if (p->first[other + 1] - p->first[other] < p->first[b + 1] - p->first[b])
                b = other;
        }
    }
    return b;
}

/* In step s a place is looked at if dirty is 2 s, and looked for if it is 2 s + 1. */
static void mark(struct local_search *l, int b, int step, bool unsure)
{
    int dirty = 2 * step + unsure;
    l->dirty[b] = dirty > l->dirty[b] ? dirty : l->dirty[b];
}

/* Is what a neighbour with this offset bars above the place that it has?  Then it may go and come: the place stays. */
static bool bars_above(const struct packing *p, const struct neighbour *n, int64_t offset)
{
    return offset - n->above >= p->offset[n->block];
}

/* Those before whom, or behind whom, block b was not before: their places are not sure. */
static void mark_overtaken(struct local_search *l, int b, int step)
{
    const struct packing *p = l->p;
    mark(l, b, step, true);
    for (int i = p->first[b]; i < p->first[b + 1]; i++) {
        const struct neighbour *n = &p->neighbour[i];
        if ((l->rank[n->block] < l->rank[b]) != (l->next_rank[n->block] < l->next_rank[b]))
            mark(l, n->block, step, !bars_above(p, n, p->offset[b]));
    }
}

/* Block b, which was at `before`, has moved. */
static void mark_neighbours(struct local_search *l, int b, int64_t before, int step)
{
    const struct packing *p = l->p;
    for (int i = p->first[b]; i < p->first[b + 1]; i++) {
        const struct neighbour *n = &p->neighbour[i];
        mark(l, n->block, step, !bars_above(p, n, before) || !bars_above(p, n, p->offset[b]));
    }
}

/* Writes a changed order to l->next; returns the first position that differs. */
static int change_order(struct local_search *l, int step)
{
    int count = l->p->count, b = block_to_move(l), other = b;
    memcpy(l->next, l->order, sizeof *l->order * (size_t)count);
    int to = random_below(l, (count - 1) / (1 + step % 4) + 1), near = l->p->first[b + 1] - l->p->first[b];
    if (near && random_below(l, 10) < 5)
        to = l->rank[l->p->neighbour[l->p->first[b] + random_below(l, near)].block];
    int first = move(l->next, l->rank[b], to);
    if (random_below(l, 10) < 1) {
        int from = random_below(l, count);
        other = l->next[from];
        from = move(l->next, from, random_below(l, count));
        first = from < first ? from : first;
    }
    for (int k = 0; k < count; k++)
        l->next_rank[l->next[k]] = k;
    mark_overtaken(l, b, step);
    mark_overtaken(l, other, step);
    return first;
}

/* Places the blocks of the next order that cannot stay where they are: those that were overtaken, and
 * neighbours of such as moved.  False, and all are back, if one would reach above the best. */
static bool place_again(struct local_search *l, int first, int step)
{
    struct packing *p = l->p;
    bool fits = true;
    l->nmoved = 0;
    p->rank = l->next_rank;
    for (int k = first; k < p->count && fits; k++) {
        int b = l->next[k];
        if (l->dirty[b] < 2 * step)
            continue;
        p->trials++;
        if (l->dirty[b] == 2 * step)
            continue;
        int64_t offset = lowest_fit(p, b, false);
        fits = offset + p->size[b] <= l->arena;
        if (!fits || offset == p->offset[b])
            continue;
        int64_t before = p->offset[b];
        l->moved[l->nmoved++] = (struct moved){b, before};
        p->offset[b] = offset;
        mark_neighbours(l, b, before, step);
    }
    while (!fits && l->nmoved > 0) {
        l->nmoved--;
        p->offset[l->moved[l->nmoved].block] = l->moved[l->nmoved].offset;
    }
    p->rank = p->alike;
    return fits;
}

static void accept_order(struct local_search *l)
{
    struct packing *p = l->p;
    int *order = l->order, *rank = l->rank;
    l->order = l->next;
    l->next = order;
    l->rank = l->next_rank;
    l->next_rank = rank;
    l->arena = 0;
    for (int b = 0; b < p->count; b++)
        if (p->offset[b] + p->size[b] > l->arena)
            l->arena = p->offset[b] + p->size[b];
    packing_keep(p, l->arena);
}

/* Neighbours in order of their places, which change little from step to step: lowest_fit passes what is nearly
 * sorted once. */
static void sort_neighbours(struct packing *p)
{
    for (int b = 0; b < p->count; b++) {
        struct neighbour *n = p->neighbour + p->first[b];
        int count = p->first[b + 1] - p->first[b];
        for (int i = 1; i < count; i++) {
            struct neighbour x = n[i];
            int64_t from = p->offset[x.block] - x.below;
            int k = i;
            for (; k > 0 && p->offset[n[k - 1].block] - n[k - 1].below > from; k--)
                n[k] = n[k - 1];
            n[k] = x;
        }
    }
}

void packing_orders(struct packing *p)
{
    struct local_search l = {.p = p, .next = p->order, .random = 88172645463325252u};
    l.order = NEW_ARRAY(p->mem, int, p->count + 1);
    l.rank = NEW_ARRAY(p->mem, int, p->count + 1);
    l.next_rank = NEW_ARRAY(p->mem, int, p->count + 1);
    l.high = NEW_ARRAY(p->mem, int, p->count + 1);
    l.dirty = NEW_ARRAY(p->mem, int, p->count + 1);
    l.moved = NEW_ARRAY(p->mem, struct moved, p->count + 1);
    place_in_order(p, p->order, 0, INT64_MAX - 1, false);
    for (int k = 0; k < p->count; k++)
        l.next_rank[p->order[k]] = k;
    accept_order(&l);
    for (int step = 1; packing_unfinished(p); step++) {
        if (step % 256 == 1)
            sort_neighbours(p);
        if (place_again(&l, change_order(&l, step), step)) /* as good is good enough: it wanders on */
            accept_order(&l);
    }
    p->order = l.order;
}
