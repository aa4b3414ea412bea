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
    p->order = NEW_ARRAY(p->mem, int, p->count + 1);
    p->arena = INT64_MAX;
    p->proven = p->bound;
    p->goal = capacity;
    p->effort = effort;
}

/* Improves the best placement, which greedy orders have found. */
static void improve(struct packing *p)
{
    if (p->whole)
        packing_search(p, p->effort);
    else
        packing_diagonal(p);
}

/* The blocks that live at a time when more than `line` bytes do. */
static int crowded(const struct packing *p, int64_t line, struct block *block, int *index)
{
    int count = 0;
    for (int b = 0; b < p->count; b++) {
        bool in = false;
        for (int s = p->begin[b]; s < p->end[b] && !in; s++)
            in = p->live[s] > line;
        if (!in)
            continue;
        block[count] = p->block[b];
        index[count++] = b;
    }
    return count;
}

/* Most blocks never meet a crowd: whatever the others do, they find room.  So the crowded ones are placed
 * first, as an instance of their own, and then the rest around them; if it does not fit, with a wider idea
 * of a crowd.  What is proven for some of the blocks is true for all.
 *
 *     bytes |      .##.       ##.       # placed first
 *     alive |   ..:####:.. .:####:..
 *           |  .:::####:::::::####::.
 *           +------------------------- time                                                      */
static void crowds_first(struct packing *p)
{
    static const int sixteenths[] = {15, 14, 12, 10, 8, 4};
    enum { LEVELS = sizeof sixteenths / sizeof *sixteenths };
    struct block *block = NEW_ARRAY(p->mem, struct block, p->count + 1);
    int *index = NEW_ARRAY(p->mem, int, p->count + 1), last = 0;
    for (int level = 0; level < LEVELS && packing_unfinished(p); level++) {
        int count = crowded(p, p->bound / 16 * sixteenths[level], block, index);
        if (count == last || count == p->count)
            continue;
        last = count;
        struct arena *mem = arena_new();
        struct packing q = {.mem = mem, .block = block, .count = count, .align = p->align};
        int64_t goal = p->proven > p->goal ? p->proven : p->goal;
        packing_start(&q, goal, (p->effort - p->trials) / (LEVELS + 1 - level));
        packing_greedy(&q);
        improve(&q);
        p->trials += q.trials;
        p->proven = q.proven > p->proven ? q.proven : p->proven;
        packing_around(p, index, count, q.best);
        arena_free(mem);
    }
}

struct placement place_within(struct arena *scratch, struct block *block, int count, int64_t align,
                              int64_t capacity, int64_t effort)
{
    struct packing p = {.mem = scratch, .block = block, .count = count, .align = align};
    packing_start(&p, capacity, effort ? effort : DEFAULT_EFFORT);
    packing_greedy(&p);
    crowds_first(&p);
    improve(&p);
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
