/* SPDX-License-Identifier: MIT */
/* greedy: the lowest place for one block after the other, in several orders. */
#include "pack/packing.h"

#include <stdlib.h>
#include <string.h>

/* Where block b may go: not below `place`, and from there on what spans leave. */
struct room {
    int64_t place;
    int64_t least; /* of the spans' lower ends */
    int spans;     /* p->span: not there, from < place < to */
};

/* The placed neighbours of b bar places.  What lies at the bottom lifts the place at once; spans are the others.  No
 * branches, for which of them count is as good as random. */
static struct room find_room(struct packing *p, int b)
{
    const int *rank = p->rank;
    struct room r = {0, INT64_MAX, 0};
    for (int i = p->first[b]; i < p->first[b + 1]; i++) {
        const struct neighbour *n = &p->neighbour[i];
        int64_t offset = p->offset[n->block], from = offset - n->below, to = offset + n->above;
        bool counts = (offset >= 0) & (rank[n->block] <= rank[b]);
        bool later = counts & (from >= r.place), least = later & (from < r.least);
        bool lifts = counts & (from < r.place) & (to > r.place);
        p->span[r.spans] = (struct barred){from, to};
        r.spans += later;
        r.least = least ? from : r.least;
        r.place = lifts ? to : r.place;
    }
    return r;
}

/* A step up may end in a span that was seen before.  Neighbours come nearly sorted (see sort_neighbours): then there
 * is none. */
static int64_t first_fit(const struct packing *p, struct room r)
{
    int64_t before = r.least;
    while (before < r.place) {
        before = r.place;
        for (int i = 0; i < r.spans; i++) {
            bool lifts = (p->span[i].from < r.place) & (p->span[i].to > r.place);
            r.place = lifts ? p->span[i].to : r.place;
        }
    }
    return r.place;
}

static void sort_spans(struct barred *span, int count)
{
    for (int i = 1; i < count; i++) {
        struct barred s = span[i];
        int k = i;
        for (; k > 0 && span[k - 1].from > s.from; k--)
            span[k] = span[k - 1];
        span[k] = s;
    }
}

static int64_t tightest_fit(const struct packing *p, struct room r)
{
    int64_t best = -1, least = INT64_MAX;
    sort_spans(p->span, r.spans);
    for (int i = 0; i < r.spans; i++) {
        int64_t room = p->span[i].from - r.place; /* b may also start up to here */
        if (room >= 0 && room < least) {
            least = room;
            best = r.place;
        }
        if (p->span[i].to > r.place)
            r.place = p->span[i].to;
    }
    return best >= 0 ? best : r.place;
}

int64_t lowest_fit(struct packing *p, int b, bool tightest)
{
    struct room r = find_room(p, b);
    return tightest ? tightest_fit(p, r) : first_fit(p, r);
}

int64_t place_in_order(struct packing *p, const int *order, int from, int64_t limit, bool tightest)
{
    int64_t arena = 0;
    for (int k = 0; k < from; k++) {
        int64_t top = p->offset[order[k]] + p->size[order[k]];
        arena = top > arena ? top : arena;
    }
    for (int k = from; k < p->count; k++)
        p->offset[order[k]] = -1;
    for (int k = from; k < p->count; k++) {
        int b = order[k];
        p->trials++;
        p->offset[b] = lowest_fit(p, b, tightest);
        int64_t top = p->offset[b] + p->size[b];
        arena = top > arena ? top : arena;
        if (arena > limit)
            return limit + 1;
    }
    return arena;
}

/* One block of an order: greater keys first, ties by the block's index. */
struct ranked {
    int64_t key, next_key;
    int block;
};

static int by_rank(const void *a, const void *b)
{
    const struct ranked *x = a, *y = b;
    if (x->key != y->key)
        return x->key > y->key ? -1 : 1;
    if (x->next_key != y->next_key)
        return x->next_key > y->next_key ? -1 : 1;
    return (x->block > y->block) - (x->block < y->block);
}

static int64_t widest_section(const struct packing *p, int b)
{
    int64_t most = 0;
    for (int s = p->begin[b]; s < p->end[b]; s++)
        most = p->live[s] > most ? p->live[s] : most;
    return most;
}

int64_t saturating_product(int64_t a, int64_t b)
{
    return a && b > INT64_MAX / a ? INT64_MAX : a * b;
}

/* What comes first in an order. */
enum key { SIZE, CLASS, BREADTH, LIFE, AREA, NEIGHBOURS, EARLY, LATE };
static const struct greedy {
    enum key key;
    bool tightest;
} greedy[] = {
    {SIZE, false},       /* TensorFlow Lite Micro; TVM's greedy_by_size */
    {CLASS, false},      /* of blocks of about one size the one whose first part dies last */
    {BREADTH, false},    /* most bytes alive during its life; TensorFlow Lite's greedy by breadth */
    {AREA, false},       /* bytes times life */
    {EARLY, false},      /* in order of birth, as an allocator at run time would */
    {LIFE, false},       /* longest life */
    {SIZE, true},        /* XLA's global decreasing size best fit */
    {NEIGHBOURS, false}, /* most conflicts; TVM's greedy_by_conflicts */
    {LATE, false},       /* the backward pass mirrors the forward one */
};
enum { GREEDY_ORDERS = sizeof greedy / sizeof *greedy };

/* The largest power of two that is not larger. */
static int64_t size_class(int64_t size)
{
    int64_t class = 1;
    while (class <= size / 2)
        class *= 2;
    return class;
}

/* CLASS is for maps whose rows die from the lowest up while those of another are born.  This one has to start a few rows
 * beneath (see diagonal.c), so it is placed first: when rows of it come, the other's first rows are dead, never its own. */
static struct ranked rank_block(const struct packing *p, int b, enum key key)
{
    int64_t life = p->life[b], size = p->size[b];
    switch (key) {
    case CLASS:
        return (struct ranked){size_class(size), p->block[b].death[0], b};
    case BREADTH:
        return (struct ranked){widest_section(p, b), size, b};
    case AREA:
        return (struct ranked){saturating_product(size, life), size, b};
    case EARLY:
        return (struct ranked){-p->begin[b], size, b};
    case LIFE:
        return (struct ranked){life, size, b};
    case NEIGHBOURS:
        return (struct ranked){p->first[b + 1] - p->first[b], size, b};
    case LATE:
        return (struct ranked){p->end[b], size, b};
    default:
        return (struct ranked){size, life, b};
    }
}

void packing_keep(struct packing *p, int64_t arena)
{
    if (arena >= p->arena)
        return;
    p->arena = arena;
    memcpy(p->best, p->offset, sizeof *p->best * (size_t)p->count);
}

bool packing_unfinished(const struct packing *p)
{
    return p->arena > p->proven && p->arena > p->goal && p->trials < p->effort;
}

/* Tries all orders of the blocks that p->order holds from `from` on; what stands before is placed. */
static void greedy_orders(struct packing *p, int from)
{
    int count = p->count - from;
    struct ranked *ranked = NEW_ARRAY(p->mem, struct ranked, count + 1);
    int *trial = NEW_ARRAY(p->mem, int, p->count + 1);
    memcpy(trial, p->order, sizeof *trial * (size_t)p->count);
    for (int g = 0; g < GREEDY_ORDERS && (!g || packing_unfinished(p)); g++) {
        for (int k = 0; k < count; k++)
            ranked[k] = rank_block(p, trial[from + k], greedy[g].key);
        qsort(ranked, (size_t)count, sizeof *ranked, by_rank);
        for (int k = 0; k < count; k++)
            trial[from + k] = ranked[k].block;
        int64_t limit = p->arena == INT64_MAX ? INT64_MAX - 1 : p->arena;
        int64_t arena = place_in_order(p, trial, from, limit, greedy[g].tightest);
        if (arena < p->arena)
            memcpy(p->order, trial, sizeof *trial * (size_t)p->count);
        packing_keep(p, arena);
    }
}

/* A block that does not fit below the line is placed first the next time, until all fit ("squeaky wheel optimization",
 * Joslin and Clements 1999). */
static void urgent_first(struct packing *p, int from)
{
    enum { MOST = 100 }; /* where it helps, it does so within a few */
    int *order = NEW_ARRAY(p->mem, int, p->count + 1);
    int64_t line = p->proven > p->goal ? p->proven : p->goal;
    memcpy(order, p->order, sizeof *order * (size_t)p->count);
    for (int tries = 0; tries < MOST && packing_unfinished(p); tries++) {
        int64_t arena = place_in_order(p, order, from, line, false);
        if (arena <= line) {
            memcpy(p->order, order, sizeof *order * (size_t)p->count);
            packing_keep(p, arena);
            return;
        }
        int k = 0;
        while (p->offset[order[k]] + p->size[order[k]] <= line)
            k++;
        if (k < from) /* one that is given */
            return;
        int b = order[k];
        memmove(order + from + 1, order + from, sizeof *order * (size_t)(k - from));
        order[from] = b;
    }
}

void packing_greedy(struct packing *p)
{
    for (int b = 0; b < p->count; b++)
        p->order[b] = b;
    greedy_orders(p, 0);
}

static int by_height(const void *a, const void *b)
{
    const struct ranked *x = a, *y = b;
    if (x->key != y->key)
        return x->key < y->key ? -1 : 1;
    return (x->block > y->block) - (x->block < y->block);
}

void packing_around(struct packing *p, const int *block, int count, const int64_t *offset)
{
    struct ranked *fixed = NEW_ARRAY(p->mem, struct ranked, count + 1);
    int *order = p->order, n = 0;
    p->order = NEW_ARRAY(p->mem, int, p->count + 1);
    for (int b = 0; b < p->count; b++)
        p->offset[b] = -1;
    for (int i = 0; i < count; i++) {
        p->offset[block[i]] = offset[i];
        fixed[i] = (struct ranked){offset[i], 0, block[i]};
    }
    qsort(fixed, (size_t)count, sizeof *fixed, by_height);
    for (int i = 0; i < count; i++)
        p->order[n++] = fixed[i].block;
    for (int b = 0; b < p->count; b++)
        if (p->offset[b] < 0)
            p->order[n++] = b;
    int64_t before = p->arena;
    greedy_orders(p, count);
    urgent_first(p, count);
    if (p->arena == before)
        p->order = order;
}
