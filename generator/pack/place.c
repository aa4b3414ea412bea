/* SPDX-License-Identifier: MIT */
/* place: the entry of the placer.  Rounds up, bounds, tries greedy orders, then improves. */
#include "pack/packing.h"

#include <string.h>

/* Placement trials of a call that does not say: a fraction of a second for the hardest instances.
 */
enum { DEFAULT_EFFORT = 200000 };

/* Of the effort for blocks that die by parts: for the exact search, and for the order of the large ones. */
enum {
    SEARCH_SHARE = 20, /* one twentieth of the effort; 2 to 30 % gave much the same */
    COARSE_SHARE = 5   /* a third to a tenth */
};

static void improve_parts(struct packing *p)
{
    packing_search(p, p->effort / SEARCH_SHARE);
    packing_coarse(p, p->effort / COARSE_SHARE);
    if (packing_unfinished(p))
        packing_orders(p);
}

/* Improves the best placement, which greedy orders have found. */
static void improve(struct packing *p)
{
    if (p->whole)
        packing_search(p, p->effort);
    else
        improve_parts(p);
}

/* Block b with all its parts born with the first and dead with the last. */
static struct block merged(const struct packing *p, int b)
{
    struct block k = p->block[b];
    int *life = NEW_ARRAY(p->mem, int, 2);
    life[0] = k.birth[0];
    life[1] = k.death[0];
    for (int i = 1; i < k.parts; i++) {
        life[0] = k.birth[i] < life[0] ? k.birth[i] : life[0];
        life[1] = k.death[i] > life[1] ? k.death[i] : life[1];
    }
    return (struct block){.size = k.size, .parts = 1, .birth = life, .death = life + 1};
}

/* Adds what b takes more when it is whole to the bytes alive, if they stay below the line. */
static bool afford_whole(const struct packing *p, int b, const struct part_span *part, int64_t line, int64_t *live)
{
    bool fits = true;
    int64_t row = p->size[b] / p->block[b].parts;
    for (int s = p->begin[b]; s < p->end[b]; s++)
        live[s] += p->size[b];
    for (int i = 0; i < p->block[b].parts; i++)
        for (int s = part[i].begin; s < part[i].end; s++)
            live[s] -= row;
    for (int s = p->begin[b]; s < p->end[b]; s++)
        fits = fits && live[s] <= line;
    if (fits)
        return true;
    for (int s = p->begin[b]; s < p->end[b]; s++)
        live[s] -= p->size[b];
    for (int i = 0; i < p->block[b].parts; i++)
        for (int s = part[i].begin; s < part[i].end; s++)
            live[s] += row;
    return false;
}

/* Blocks whose parts need not come and go one by one, because the bound stays when they are whole, are whole. */
static struct block *simplified(const struct packing *p, int64_t line)
{
    struct block *block = NEW_ARRAY(p->mem, struct block, p->count + 1);
    int64_t *live = NEW_ARRAY(p->mem, int64_t, p->sections + 1);
    const struct part_span *part = p->part;
    memcpy(live, p->live, sizeof *live * (size_t)p->sections);
    for (int b = 0; b < p->count; part += p->block[b++].parts)
        block[b] = p->block[b].parts > 1 && afford_whole(p, b, part, line, live) ? merged(p, b) : p->block[b];
    return block;
}

/* The blocks that live at a time when more than `line` bytes do. */
static int crowded(const struct packing *p, const struct block *from, int64_t line, struct block *block, int *index)
{
    int count = 0;
    for (int b = 0; b < p->count; b++) {
        bool in = false;
        for (int s = p->begin[b]; s < p->end[b] && !in; s++)
            in = p->live[s] > line;
        if (!in)
            continue;
        block[count] = from[b];
        index[count++] = b;
    }
    return count;
}

/* Most blocks never meet a crowd: whatever the others do, they find room.  So the crowded ones are placed
 * first, as an instance of their own, and then the rest around them; if it does not fit, with a wider idea
 * of a crowd.  What is proven for some of the blocks is true for all.  Every other level takes the blocks
 * simplified: the exact search likes whole blocks, and a placement of these is one of those.
 *
 *     bytes |      .##.       ##.       # placed first
 *     alive |   ..:####:.. .:####:..
 *           |  .:::####:::::::####::.
 *           +------------------------- time                                                      */
static void crowds_first(struct packing *p)
{
    static const struct {
        int sixteenths; /* of the bound: the line above which there is a crowd */
        bool simple;
    } levels[] = {{15, false}, {14, true}, {12, false}, {10, true}, {8, false}, {4, false}};
    enum { LEVELS = sizeof levels / sizeof *levels };
    bool simplify = !p->whole && p->effort > p->count * LEVELS; /* enough for a search */
    const struct block *simple = !simplify ? p->block : simplified(p, p->proven > p->goal ? p->proven : p->goal);
    struct block *block = NEW_ARRAY(p->mem, struct block, p->count + 1);
    int *index = NEW_ARRAY(p->mem, int, p->count + 1), last = 0;
    for (int level = 0; level < LEVELS && packing_unfinished(p); level++) {
        bool exact = !simplify || !levels[level].simple;
        int count = crowded(p, exact ? p->block : simple, p->bound / 16 * levels[level].sixteenths, block, index);
        if ((count == last || count == p->count) && exact)
            continue;
        last = count;
        struct arena *mem = arena_new();
        struct packing q = {.mem = mem, .block = block, .count = count, .align = p->align};
        int64_t goal = p->proven > p->goal ? p->proven : p->goal;
        packing_start(&q, goal, (p->effort - p->trials) / (LEVELS + 1 - level));
        packing_greedy(&q);
        improve(&q);
        p->trials += q.trials;
        p->proven = exact && q.proven > p->proven ? q.proven : p->proven;
        packing_around(p, index, count, q.best);
        arena_free(mem);
    }
}

struct placement place_within(struct arena *scratch, struct block *block, int count, int64_t align, int64_t capacity,
                              int64_t effort)
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

struct placement place(struct arena *scratch, struct block *block, int count, int64_t align, int64_t effort)
{
    return place_within(scratch, block, count, align, 0, effort);
}
