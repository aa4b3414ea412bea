/* place: the entry of the placer.  Rounds up, bounds, tries greedy orders, then improves. */
#include "pack/packing.h"

/* Placement trials of a call that does not say: a fraction of a second for the hardest instances.
 */
enum { DEFAULT_EFFORT = 200000 };

static void packing_start(struct packing *p, int64_t capacity, int64_t effort)
{
    packing_neighbours(p);
    p->offset = NEW_ARRAY(p->mem, int64_t, p->count + 1);
    p->best = NEW_ARRAY(p->mem, int64_t, p->count + 1);
    p->span = NEW_ARRAY(p->mem, struct span, p->count + 1);
    p->arena = INT64_MAX;
    p->proven = p->bound;
    p->goal = capacity;
    p->effort = effort ? effort : DEFAULT_EFFORT;
}

struct placement place_within(struct arena *scratch, struct block *block, int count, int64_t align,
                              int64_t capacity, int64_t effort)
{
    struct packing p = {.mem = scratch, .block = block, .count = count, .align = align};
    packing_start(&p, capacity, effort);
    if (p.whole) {
        packing_greedy(&p, NEW_ARRAY(scratch, int, count + 1));
        packing_search(&p, p.effort);
    } else {
        packing_diagonal(&p);
    }
    for (int b = 0; b < count; b++)
        block[b].offset = p.best[b];
    enum placement_status status = p.arena > p.proven  ? PLACED_GAP
                                   : p.arena > p.bound ? PLACED_PROVEN
                                                       : PLACED_AT_BOUND;
    return (struct placement){p.arena, p.bound, p.proven, status, p.trials};
}

struct placement place(struct arena *scratch, struct block *block, int count, int64_t align,
                       int64_t effort)
{
    return place_within(scratch, block, count, align, 0, effort);
}
