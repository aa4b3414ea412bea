/* greedy: the lowest place for one block after the other, in several orders. */
#include "pack/packing.h"

#include <stdlib.h>
#include <string.h>

/* The placed neighbours of b as places where b may not start, sorted: from < place < to. */
static int forbidden_spans(struct packing *p, int b)
{
    struct span *span = p->span;
    int count = 0;
    for (int i = p->first[b]; i < p->first[b + 1]; i++) {
        const struct neighbour *n = &p->neighbour[i];
        int64_t at = p->offset[n->block];
        if (at < 0 || at + n->above <= 0 || (p->rank && p->rank[n->block] > p->rank[b]))
            continue;
        struct span s = {at - n->below, at + n->above};
        int k = count++;
        for (; k > 0 && span[k - 1].from > s.from; k--)
            span[k] = span[k - 1];
        span[k] = s;
    }
    return count;
}

int64_t lowest_fit(struct packing *p, int b, bool tightest)
{
    int count = forbidden_spans(p, b);
    int64_t place = 0, best = -1, least = INT64_MAX;
    for (int i = 0; i < count; i++) {
        int64_t room = p->span[i].from - place; /* b may also start up to here */
        if (room >= 0 && !tightest)
            return place;
        if (room >= 0 && room < least) {
            least = room;
            best = place;
        }
        if (p->span[i].to > place)
            place = p->span[i].to;
    }
    return best >= 0 ? best : place;
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
enum key { SIZE, BREADTH, LIFE, AREA, NEIGHBOURS, EARLY, LATE };
static const struct greedy {
    enum key key;
    bool tightest;
} greedy[] = {
    {SIZE, false},       /* TensorFlow Lite Micro; TVM's greedy_by_size */
    {BREADTH, false},    /* most bytes alive during its life; TensorFlow Lite's greedy by breadth */
    {AREA, false},       /* bytes times life */
    {EARLY, false},      /* in order of birth, as an allocator at run time would */
    {LIFE, false},       /* longest life */
    {SIZE, true},        /* XLA's global decreasing size best fit */
    {NEIGHBOURS, false}, /* most conflicts; TVM's greedy_by_conflicts */
    {LATE, false},       /* the backward pass mirrors the forward one */
};
enum { GREEDY_ORDERS = sizeof greedy / sizeof *greedy };

static struct ranked rank_block(const struct packing *p, int b, enum key key)
{
    int64_t life = p->life[b], size = p->size[b];
    switch (key) {
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

void packing_greedy(struct packing *p, int *order)
{
    struct ranked *ranked = NEW_ARRAY(p->mem, struct ranked, p->count + 1);
    int *trial = NEW_ARRAY(p->mem, int, p->count + 1);
    for (int g = 0; g < GREEDY_ORDERS && (!g || packing_unfinished(p)); g++) {
        for (int b = 0; b < p->count; b++)
            ranked[b] = rank_block(p, b, greedy[g].key);
        qsort(ranked, (size_t)p->count, sizeof *ranked, by_rank);
        for (int b = 0; b < p->count; b++)
            trial[b] = ranked[b].block;
        int64_t limit = p->arena == INT64_MAX ? INT64_MAX - 1 : p->arena;
        int64_t arena = place_in_order(p, trial, 0, limit, greedy[g].tightest);
        if (arena < p->arena)
            memcpy(order, trial, sizeof *order * (size_t)p->count);
        packing_keep(p, arena);
    }
}
