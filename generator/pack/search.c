/* SPDX-License-Identifier: MIT */
/* search: does everything fit in so many bytes?  By branch and bound.
 *
 * The method is that of minimalloc (Moffitt, "MiniMalloc: A Lightweight Memory Allocator for
 * Hardware-Accelerated Machine Learning", ASPLOS'23), written anew.  Blocks are placed from the
 * bottom up: in order of (offset, rank), each at the lowest offset that the blocks below it leave
 * (every packing can be pushed down to such a canonical one).  Cut off are
 *
 *  - by the section bound: in some section the floor, beneath which nothing more can be placed,
 *    and the bytes still to be placed there exceed the capacity;
 *  - by dominance: a block at an offset where another would have fitted entirely beneath it;
 *  - after a hatless block, above which nothing is left to lie: nowhere else is better for it.
 *
 * When the unplaced blocks fall apart into groups that share no section, each group is solved
 * alone.  Which blocks to try first cannot be known: three static orders take turns with doubling
 * limits.
 *
 * Two things are ours.  The least height at which a branch was cut off is the next capacity worth
 * asking for (as in iterative deepening, Korf 1985), and proves that nothing smaller exists.  And
 * blocks may die by parts: then a block keeps from each neighbour the distance that the two need,
 * and a section counts the bytes of a block that are alive in it, above those that are not. */
#include "pack/packing.h"

#include <stdlib.h>
#include <string.h>

struct change {
    int64_t *where, before;
};

struct search {
    struct packing *p;
    int64_t capacity;
    int64_t excess;   /* least height above the capacity at which a branch was cut off */
    int64_t limit;    /* give up when p->trials gets there */
    int *loose_first; /* the loose neighbours of each block */
    struct neighbour *loose;
    bool exact;   /* finding nothing proves that there is nothing */
    bool relaxed; /* forget the loose and porous pairs: packs closer than is allowed */

    int64_t *least;    /* [count] lowest offset left by those placed; PLACED: has its place */
    int64_t *floor;    /* [sections] nothing more can be placed below */
    int64_t *unplaced; /* [sections] bytes still to be placed */
    int *crossing;     /* [sections] unplaced blocks alive in this and the next section */
    int64_t *found;    /* [count] offsets of the groups solved so far */

    struct change *undo;
    int undos, undo_capacity;
    int *pool, pooled; /* lists of blocks, used as a stack */
    struct rank *rank;
};
#define PLACED INT64_MAX

/* Blocks that share no section with any other unplaced one. */
struct group {
    int *block, count; /* by rank */
    int begin, end;    /* their sections */
};

static int64_t greater(int64_t a, int64_t b)
{
    return a > b ? a : b;
}

static void set(struct search *s, int64_t *where, int64_t value)
{
    GROW(s->p->mem, s->undo, s->undos, s->undo_capacity);
    s->undo[s->undos++] = (struct change){where, *where};
    *where = value;
}

static void undo_until(struct search *s, int mark)
{
    while (s->undos > mark) {
        s->undos--;
        *s->undo[s->undos].where = s->undo[s->undos].before;
    }
}

static bool cut_off(struct search *s, int64_t height)
{
    if (height <= s->capacity)
        return false;
    s->excess = height < s->excess ? height : s->excess;
    return true;
}

/* Lifts the floor of a section to the lowest place of what is still to be placed there. */
static void lift_floor(struct search *s, int section)
{
    const struct packing *p = s->p;
    int64_t lowest = PLACED;
    for (int i = p->member_first[section]; i < p->member_first[section + 1]; i++) {
        const struct member *m = &p->member[i];
        if (s->least[m->block] == PLACED)
            continue;
        int64_t at = s->least[m->block] + m->dead;
        if (at <= s->floor[section])
            return;
        lowest = at < lowest ? at : lowest;
    }
    if (lowest != PLACED)
        set(s, &s->floor[section], lowest);
}

/* Lifts the neighbours of b, placed at `offset`, above it, and widens the range of sections to
 * where they live.  Returns the height that the highest of them now needs. */
static int64_t lift_neighbours(struct search *s, int b, int64_t offset, int *begin, int *end, bool *hatless)
{
    struct packing *p = s->p;
    int64_t height = 0;
    *hatless = true;
    for (int i = p->first[b]; i < p->first[b + 1]; i++) {
        const struct neighbour *n = &p->neighbour[i];
        if (s->least[n->block] == PLACED || (s->relaxed && (n->loose || n->porous)))
            continue;
        *hatless = false;
        if (n->loose)
            continue; /* see clear_loose */
        int64_t least = offset + n->below;
        if (s->least[n->block] >= least)
            continue;
        set(s, &s->least[n->block], least);
        height = greater(height, least + p->size[n->block]);
        *begin = p->begin[n->block] < *begin ? p->begin[n->block] : *begin;
        *end = p->end[n->block] > *end ? p->end[n->block] : *end;
    }
    return height;
}

/* Gives block b its lowest place; false if what is left cannot fit above. */
static bool put(struct search *s, const struct group *g, int b, bool *hatless)
{
    struct packing *p = s->p;
    int64_t offset = s->least[b], top = offset + p->size[b];
    int begin = p->begin[b], end = p->end[b];
    p->offset[b] = offset;
    set(s, &s->least[b], PLACED);
    for (int t = begin; t < end; t++) {
        if (p->whole)
            set(s, &s->floor[t], top);
        set(s, &s->unplaced[t], s->unplaced[t] - cell_of(p, b, t)->bytes);
    }
    int64_t height = greater(top, lift_neighbours(s, b, offset, &begin, &end, hatless));
    if (cut_off(s, height))
        return false;
    for (int t = begin; t < end; t++)
        if (s->unplaced[t])
            lift_floor(s, t);
    for (int t = g->begin; t < g->end; t++)
        if (s->unplaced[t])
            height = greater(height, greater(s->floor[t], offset) + s->unplaced[t]);
    return !cut_off(s, height);
}

/* How a static order ranks a block: most first, ties by index. */
struct rank {
    int64_t key[3];
    int block;
};

static int by_rank(const void *a, const void *b)
{
    const struct rank *x = a, *y = b;
    for (int k = 0; k < 3; k++)
        if (x->key[k] != y->key[k])
            return x->key[k] > y->key[k] ? -1 : 1;
    return (x->block > y->block) - (x->block < y->block);
}

/* minimalloc's three orders: life, area, and the most bytes still to be placed in a section of it.
 */
static const enum {
    LIFE,
    AREA,
    CROWD
} orders[3][3] = {
    {LIFE, AREA, CROWD},
    {CROWD, AREA, LIFE},
    {CROWD, LIFE, AREA},
};

static void rank_group(struct search *s, struct group *g, int order)
{
    for (int i = 0; i < g->count; i++) {
        int b = g->block[i];
        int64_t life = s->p->life[b], crowd = 0;
        for (int t = s->p->begin[b]; t < s->p->end[b]; t++)
            crowd = greater(crowd, s->unplaced[t]);
        int64_t value[] = {[LIFE] = life, [AREA] = saturating_product(life, s->p->size[b]), [CROWD] = crowd};
        s->rank[i].block = b;
        for (int k = 0; k < 3; k++)
            s->rank[i].key[k] = value[orders[order][k]];
    }
    qsort(s->rank, (size_t)g->count, sizeof *s->rank, by_rank);
    for (int i = 0; i < g->count; i++)
        g->block[i] = s->rank[i].block;
}

/* Lifts b, which cannot go below `offset`, over the loose neighbours in its way. */
static void clear_loose(struct search *s, int b, int64_t offset)
{
    int64_t at = greater(s->least[b], offset), start = at;
    for (int i = s->loose_first[b]; i < s->loose_first[b + 1]; i++) {
        const struct neighbour *n = &s->loose[i];
        if (s->least[n->block] != PLACED)
            continue;
        int64_t other = s->p->offset[n->block];
        if (at <= other - n->below || at >= other + n->above)
            continue;
        at = other + n->above;
        i = s->loose_first[b] - 1; /* it may now be in the way of one seen before */
    }
    if (at > start)
        set(s, &s->least[b], at);
}

/* The places to try next: ranks of unplaced blocks, by offset and then rank, that come after the
 * last placement and are not dominated.  Returns their number; *left is that of all unplaced
 * blocks. */
static int candidates(struct search *s, const struct group *g, int64_t offset, int rank, int *list, int *left)
{
    int64_t ceiling = PLACED;
    *left = 0;
    for (int r = 0; r < g->count; r++) {
        int b = g->block[r];
        if (s->least[b] == PLACED)
            continue;
        ++*left;
        if (!s->relaxed)
            clear_loose(s, b, offset);
        int64_t top = greater(s->least[b], offset) + s->p->size[b];
        ceiling = top < ceiling ? top : ceiling;
    }
    int count = 0;
    for (int r = 0; r < g->count; r++) {
        int64_t at = s->least[g->block[r]];
        if (at >= ceiling || at < offset || (at == offset && r < rank))
            continue;
        int k = count++;
        for (; k > 0 && s->least[g->block[list[k - 1]]] > at; k--)
            list[k] = list[k - 1];
        list[k] = r;
    }
    return count;
}

static bool same_life(const struct packing *p, int a, int b)
{
    const struct block *x = &p->block[a], *y = &p->block[b];
    return x->parts == 1 && y->parts == 1 && x->birth[0] == y->birth[0] && x->death[0] == y->death[0];
}

/* True if an interchangeable block was tried at the same place before. */
static bool tried_alike(const struct search *s, const struct group *g, const int *list, int i)
{
    const struct packing *p = s->p;
    int b = g->block[list[i]];
    while (i-- > 0) {
        int other = g->block[list[i]];
        if (s->least[other] != s->least[b])
            return false;
        if (p->size[other] == p->size[b] && p->begin[other] == p->begin[b] && p->end[other] == p->end[b] &&
            (p->whole || same_life(p, other, b)))
            return true;
    }
    return false;
}

static enum answer solve_group(struct search *s, struct group *g, int order);
static enum answer place_rest(struct search *s, const struct group *g, int64_t offset, int rank, int order);

/* Solves the groups into which the unplaced blocks of g fall apart; `last` was placed last. */
static enum answer solve_pieces(struct search *s, const struct group *g, int last, int order)
{
    enum answer answer = FOUND;
    int begin = g->begin;
    for (int t = s->p->begin[last]; t < s->p->end[last] && answer == FOUND; t++) {
        int end = t + 1 < s->p->end[last] ? t + 1 : g->end;
        if (end != g->end && s->crossing[t])
            continue;
        struct group piece = {.block = s->pool + s->pooled, .begin = begin, .end = end};
        for (int r = 0; r < g->count; r++) {
            int b = g->block[r];
            if (s->least[b] != PLACED && s->p->begin[b] < end && s->p->end[b] > begin)
                piece.block[piece.count++] = b;
        }
        s->pooled += piece.count;
        if (piece.count)
            answer = solve_group(s, &piece, order);
        s->pooled -= piece.count;
        begin = end;
    }
    return answer;
}

/* Removes b from the count of what crosses section borders; true if a border became free. */
static bool uncross(struct search *s, int b)
{
    bool free = false;
    for (int t = s->p->begin[b]; t + 1 < s->p->end[b]; t++)
        free |= --s->crossing[t] == 0;
    return free;
}

static void recross(struct search *s, int b)
{
    for (int t = s->p->begin[b]; t + 1 < s->p->end[b]; t++)
        s->crossing[t]++;
}

/* Places the block of rank r, and then the rest of its group. */
static enum answer try_block(struct search *s, const struct group *g, int r, int order, bool *hatless)
{
    int b = g->block[r], mark = s->undos;
    int64_t offset = s->least[b];
    enum answer answer = NOTHING;
    s->p->trials++;
    if (put(s, g, b, hatless)) {
        bool apart = uncross(s, b);
        if (apart) {
            for (int i = 0; i < g->count; i++)
                s->found[g->block[i]] = s->p->offset[g->block[i]];
            answer = solve_pieces(s, g, b, order);
        } else {
            answer = place_rest(s, g, offset, r, order);
        }
        recross(s, b);
    }
    undo_until(s, mark);
    return answer;
}

static enum answer place_rest(struct search *s, const struct group *g, int64_t offset, int rank, int order)
{
    int left, *list = s->pool + s->pooled;
    int count = candidates(s, g, offset, rank, list, &left);
    if (!left) {
        for (int i = 0; i < g->count; i++)
            s->found[g->block[i]] = s->p->offset[g->block[i]];
        return FOUND;
    }
    enum answer answer = NOTHING;
    bool hatless = false;
    s->pooled += count;
    for (int i = 0; i < count && answer == NOTHING && !hatless; i++) {
        if (tried_alike(s, g, list, i))
            continue;
        if (s->p->trials >= s->limit)
            answer = GAVE_UP;
        else
            answer = try_block(s, g, list[i], order, &hatless);
    }
    s->pooled -= count;
    return answer;
}

static enum answer solve_group(struct search *s, struct group *g, int order)
{
    rank_group(s, g, order);
    return place_rest(s, g, 0, 0, order);
}

static void list_loose(struct search *s)
{
    struct packing *p = s->p;
    s->loose_first = NEW_ARRAY(p->mem, int, p->count + 2);
    s->loose = NEW_ARRAY(p->mem, struct neighbour, p->first[p->count] + 1);
    s->exact = true;
    for (int b = 0, k = 0; b < p->count; b++) {
        for (int i = p->first[b]; i < p->first[b + 1]; i++) {
            const struct neighbour *n = &p->neighbour[i];
            s->exact = s->exact && !n->loose && !n->porous;
            if (n->loose)
                s->loose[k++] = *n;
        }
        s->loose_first[b + 1] = k;
    }
}

struct search *search_new(struct packing *p)
{
    size_t n = (size_t)p->count;
    struct search *s = NEW(p->mem, struct search);
    s->p = p;
    s->least = NEW_ARRAY(p->mem, int64_t, n + 1);
    s->found = NEW_ARRAY(p->mem, int64_t, n + 1);
    s->floor = NEW_ARRAY(p->mem, int64_t, p->sections + 1);
    s->unplaced = NEW_ARRAY(p->mem, int64_t, p->sections + 1);
    s->crossing = NEW_ARRAY(p->mem, int, p->sections + 1);
    s->rank = NEW_ARRAY(p->mem, struct rank, n + 1);
    /* two lists for every depth at most, each shorter than the one above */
    s->pool = NEW_ARRAY(p->mem, int, (n + 1) * (n + 2));
    packing_cells(p);
    list_loose(s);
    return s;
}

/* Nothing is placed but the blocks of no bytes. */
static void search_reset(struct search *s)
{
    struct packing *p = s->p;
    memset(s->floor, 0, sizeof *s->floor * (size_t)p->sections);
    memset(s->crossing, 0, sizeof *s->crossing * (size_t)p->sections);
    memcpy(s->unplaced, p->live, sizeof *p->live * (size_t)p->sections);
    for (int b = 0; b < p->count; b++) {
        s->least[b] = p->size[b] ? 0 : PLACED;
        s->found[b] = p->offset[b] = 0;
        if (p->size[b])
            recross(s, b);
    }
    s->undos = s->pooled = 0;
    s->excess = INT64_MAX;
}

/* One attempt with one order: the groups that share no section are there from the start. */
static enum answer attempt(struct search *s, int order)
{
    struct packing *p = s->p;
    enum answer answer = FOUND;
    search_reset(s);
    for (int t = 0, begin = 0; t < p->sections && answer == FOUND; t++) {
        if (s->crossing[t])
            continue;
        struct group g = {.block = s->pool, .begin = begin, .end = t + 1};
        for (int b = 0; b < p->count; b++)
            if (p->size[b] && p->begin[b] >= begin && p->end[b] <= t + 1)
                g.block[g.count++] = b;
        s->pooled = g.count;
        answer = solve_group(s, &g, order);
        begin = t + 1;
    }
    return answer;
}

/* Do all blocks fit in `capacity`?  Gives up when `effort` trials are spent. */
static enum answer solve(struct search *s, int64_t capacity, int64_t effort)
{
    int64_t last = s->p->trials + effort;
    s->capacity = capacity;
    for (int64_t limit = 2 * s->p->count;; limit *= 2)
        for (int order = 0; order < 3; order++) {
            if (s->p->trials >= last)
                return GAVE_UP;
            s->limit = s->p->trials + limit < last ? s->p->trials + limit : last;
            enum answer answer = attempt(s, order);
            if (answer != GAVE_UP)
                return answer;
        }
}

static void keep_found(struct search *s)
{
    int64_t arena = 0;
    for (int b = 0; b < s->p->count; b++)
        arena = greater(arena, s->found[b] + s->p->size[b]);
    memcpy(s->p->offset, s->found, sizeof *s->found * (size_t)s->p->count);
    packing_keep(s->p, arena);
}

enum answer search_fit(struct search *s, int64_t capacity, int64_t effort, int64_t *next)
{
    enum answer answer = solve(s, capacity, effort);
    if (answer == FOUND)
        keep_found(s);
    if (answer == NOTHING && !s->exact) {
        s->relaxed = true;
        answer = solve(s, capacity, effort) == NOTHING ? NOTHING : GAVE_UP;
        s->relaxed = false;
    }
    *next = s->excess;
    return answer;
}
