/* SPDX-License-Identifier: MIT */
/* coarse: an order for the large blocks alone, then for these and smaller ones, and so on.
 *
 * Where many maps share a sweep, the few large ones decide how much is needed, and the small ones find room between
 * them.  With all of them, most moves of the local search are those of small blocks, which gain nothing:
 *
 *     217 blocks of ResNet-50, 700,000 trials      12.7 to 21 % above the bound
 *     its 35 largest, 600 trials                   0 %; then with the next ones, and with all: 0.2 to 2.2 %     */
#include "pack/packing.h"

#include <stdlib.h>
#include <string.h>

/* Of the bound: what is large, at first and later. */
static const int sizes[] = {16, 64, 256};
enum {
    SIZES = sizeof sizes / sizeof *sizes,
    LEAST = 100, /* trials a block, or it is not worth while; */
    GAP = 4      /* % above what is proven: closer than that the small blocks decide */
};

/* An order that grows. */
struct coarse {
    int *order, count;
    bool *in;
};

struct sized {
    int64_t size;
    int block;
};

static int by_size(const void *a, const void *b)
{
    const struct sized *x = a, *y = b;
    if (x->size != y->size)
        return x->size > y->size ? -1 : 1;
    return (x->block > y->block) - (x->block < y->block);
}

/* Appends the blocks of at least `least` bytes, the largest first; false if there are none. */
static bool add_large(const struct packing *p, struct coarse *c, int64_t least)
{
    struct sized *list = NEW_ARRAY(p->mem, struct sized, p->count + 1);
    int n = 0;
    for (int b = 0; b < p->count; b++)
        if (!c->in[b] && p->size[b] >= least) {
            list[n++] = (struct sized){p->size[b], b};
            c->in[b] = true;
        }
    if (n)
        qsort(list, (size_t)n, sizeof *list, by_size);
    for (int i = 0; i < n; i++)
        c->order[c->count++] = list[i].block;
    return n > 0;
}

/* Improves the order of those that are in it, as if there were no others. */
static void improve_order(struct packing *p, struct coarse *c, int64_t effort)
{
    struct arena *mem = arena_new();
    struct block *block = NEW_ARRAY(mem, struct block, c->count + 1);
    int *before = NEW_ARRAY(mem, int, c->count + 1);
    for (int i = 0; i < c->count; i++) {
        before[i] = c->order[i];
        block[i] = p->block[before[i]];
    }
    struct packing q = {.mem = mem, .block = block, .count = c->count, .align = p->align};
    packing_start(&q, 0, effort);
    for (int i = 0; i < q.count; i++)
        q.order[i] = i;
    packing_orders(&q);
    for (int i = 0; i < q.count; i++)
        c->order[i] = before[q.order[i]];
    p->trials += q.trials;
    arena_free(mem);
}

void packing_coarse(struct packing *p, int64_t effort)
{
    struct coarse c = {.order = NEW_ARRAY(p->mem, int, p->count + 1), .in = NEW_ARRAY(p->mem, bool, p->count + 1)};
    if (p->effort < (int64_t)LEAST * p->count || p->arena - p->proven < p->proven / 100 * GAP)
        return;
    for (int i = 0; i < SIZES && packing_unfinished(p); i++)
        if (add_large(p, &c, p->bound / sizes[i]) && c.count < p->count)
            improve_order(p, &c, effort / SIZES);
    add_large(p, &c, 0);
    int64_t arena = place_in_order(p, c.order, 0, INT64_MAX - 1, false);
    if (arena <= p->arena)
        p->order = c.order;
    packing_keep(p, arena);
}
