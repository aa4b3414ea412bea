/* SPDX-License-Identifier: MIT */
/* neighbours: who is alive with whom, and how far apart they must stay. */
#include "pack/packing.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

static int by_value(const void *a, const void *b)
{
    int x = *(const int *)a, y = *(const int *)b;
    return (x > y) - (x < y);
}

static int64_t round_up(int64_t bytes, int64_t align)
{
    assert(bytes <= INT64_MAX - align);
    int64_t q = bytes / align; /* truncates: already up for negative numbers */
    return (q + (q * align < bytes)) * align;
}

/* Where the parts of a block start and end.  The padding after the last byte belongs to the last
 * part. */
static int64_t part_start(const struct packing *p, int b, int i)
{
    const struct block *k = &p->block[b];
    return i == k->parts ? p->size[b] : k->size / k->parts * i;
}

/* The steps in which something is born, ascending; only after a birth can more be alive than
 * before. */
static int *birth_steps(struct packing *p, int *count)
{
    int n = 0, unique = 0;
    for (int b = 0; b < p->count; b++)
        n += p->block[b].parts;
    int *step = NEW_ARRAY(p->mem, int, n + 1);
    n = 0;
    for (int b = 0; b < p->count; b++)
        for (int i = 0; i < p->block[b].parts; i++)
            step[n++] = p->block[b].birth[i];
    qsort(step, (size_t)n, sizeof *step, by_value);
    for (int i = 0; i < n; i++)
        if (!i || step[i] != step[i - 1])
            step[unique++] = step[i];
    *count = unique;
    return step;
}

/* Index of the first of the sorted steps that is not before t; tries `near` first, because the
 * parts of a map are born and die one after the other. */
static int step_index(const int *step, int count, int t, int near)
{
    for (int tries = 0; tries < 3 && near < count; tries++, near++)
        if (step[near] >= t && (!near || step[near - 1] < t))
            return near;
    int low = 0, high = count;
    while (low < high) {
        int middle = low + (high - low) / 2;
        if (step[middle] < t)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

/* Merges steps into sections: a step is needed only if something dies before the next birth, else
 * all that lives in it lives in the next one, too. */
static void merge_steps(struct packing *p, struct part_span *part, int parts, int steps)
{
    int *section = NEW_ARRAY(p->mem, int, steps + 2);
    for (int i = 0; i < parts; i++)
        section[part[i].end] = 1; /* step end - 1 is the last of its section */
    for (int s = 1; s <= steps; s++)
        section[s] += section[s - 1];
    p->sections = section[steps];
    for (int i = 0; i < parts; i++) {
        part[i].begin = section[part[i].begin];
        part[i].end = section[part[i].end];
    }
}

/* Fills in p->part and p->sections. */
static void find_sections(struct packing *p)
{
    int steps, parts = 0, *step = birth_steps(p, &steps);
    for (int b = 0; b < p->count; b++)
        parts += p->block[b].parts;
    p->part = NEW_ARRAY(p->mem, struct part_span, parts + 1);
    for (int b = 0, k = 0; b < p->count; b++) {
        int begin = 0, end = 0;
        for (int i = 0; i < p->block[b].parts; i++, k++) {
            assert(p->block[b].birth[i] < p->block[b].death[i]);
            begin = p->part[k].begin = step_index(step, steps, p->block[b].birth[i], begin);
            end = p->part[k].end = step_index(step, steps, p->block[b].death[i], end);
        }
    }
    merge_steps(p, p->part, parts, steps);
}

/* Bytes alive in each section, and the first and last section of each block. */
static void count_alive(struct packing *p)
{
    p->live = NEW_ARRAY(p->mem, int64_t, p->sections + 1);
    for (int b = 0, k = 0; b < p->count; b++) {
        p->begin[b] = p->sections;
        p->end[b] = 0;
        for (int i = 0; i < p->block[b].parts; i++, k++) {
            int64_t bytes = part_start(p, b, i + 1) - part_start(p, b, i);
            p->live[p->part[k].begin] += bytes;
            p->live[p->part[k].end] -= bytes;
            p->begin[b] = p->part[k].begin < p->begin[b] ? p->part[k].begin : p->begin[b];
            p->end[b] = p->part[k].end > p->end[b] ? p->part[k].end : p->end[b];
        }
    }
    for (int s = 0; s < p->sections; s++) {
        p->live[s] += s ? p->live[s - 1] : 0;
        p->bound = p->live[s] > p->bound ? p->live[s] : p->bound;
    }
}

/* While maps die and grow row by row, many sections hold parts of the same blocks.  Of each such
 * run the first, the last and the fullest are kept: the search gets faster, and what it proves
 * stays true. */
static void thin_sections(struct packing *p)
{
    int *kept = NEW_ARRAY(p->mem, int, p->sections + 2);
    bool *change = NEW_ARRAY(p->mem, bool, p->sections + 1);
    for (int b = 0; b < p->count; b++)
        change[p->begin[b]] = change[p->end[b]] = true;
    change[p->sections] = true;
    for (int s = 0, start = 0, fullest = 0; s < p->sections; s++) {
        fullest = p->live[s] > p->live[fullest] || s == start ? s : fullest;
        if (!change[s + 1])
            continue;
        kept[start + 1] = kept[fullest + 1] = kept[s + 1] = 1;
        start = s + 1;
    }
    for (int s = 0; s < p->sections; s++) {
        p->live[kept[s]] = p->live[s];
        kept[s + 1] += kept[s];
    }
    p->sections = kept[p->sections];
    int parts = 0;
    for (int b = 0; b < p->count; b++) {
        parts += p->block[b].parts;
        p->begin[b] = kept[p->begin[b]];
        p->end[b] = kept[p->end[b]];
    }
    for (int i = 0; i < parts; i++) {
        p->part[i].begin = kept[p->part[i].begin];
        p->part[i].end = kept[p->part[i].end];
    }
}

/* The members of every section. */
static void list_members(struct packing *p)
{
    p->member_first = NEW_ARRAY(p->mem, int, p->sections + 2);
    for (int b = 0; b < p->count; b++)
        for (int t = p->begin[b]; t < p->end[b]; t++)
            p->member_first[t + 1] += cell_of(p, b, t)->bytes > 0;
    for (int t = 0; t < p->sections; t++)
        p->member_first[t + 1] += p->member_first[t];
    p->member = NEW_ARRAY(p->mem, struct member, p->member_first[p->sections] + 1);
    int *next = NEW_ARRAY(p->mem, int, p->sections + 1);
    for (int b = 0; b < p->count; b++)
        for (int t = p->begin[b]; t < p->end[b]; t++)
            if (cell_of(p, b, t)->bytes)
                p->member[p->member_first[t] + next[t]++] = (struct member){b, cell_of(p, b, t)->dead};
}

void packing_cells(struct packing *p)
{
    int cells = 0;
    p->cell_first = NEW_ARRAY(p->mem, int, p->count + 1);
    for (int b = 0; b < p->count; b++) {
        p->cell_first[b] = cells;
        cells += p->end[b] - p->begin[b];
    }
    p->cell = NEW_ARRAY(p->mem, struct cell, cells + 1);
    const struct part_span *part = p->part;
    for (int b = 0; b < p->count; b++)
        for (int i = 0; i < p->block[b].parts; i++, part++) {
            int64_t dead = part_start(p, b, i), bytes = part_start(p, b, i + 1) - dead;
            struct cell *cell = p->cell + p->cell_first[b];
            for (int s = part->begin - p->begin[b]; s < part->end - p->begin[b]; s++) {
                cell[s].dead = cell[s].bytes ? cell[s].dead : dead;
                cell[s].bytes += bytes;
            }
        }
    list_members(p);
}

/* Finds the first part of y that lives together with part i of x, and the one after the last;
 * returns how many there are.  When the parts of both are born and die in order, *from and *to only
 * move up as i does, and are not searched for again. */
static int meeting(const struct block *x, int i, const struct block *y, bool ordered, int *from, int *to)
{
    if (ordered) {
        while (*from < y->parts && y->death[*from] <= x->birth[i])
            ++*from;
        while (*to < y->parts && y->birth[*to] < x->death[i])
            ++*to;
        return *to - *from;
    }
    int count = 0;
    *from = y->parts;
    *to = 0;
    for (int j = 0; j < y->parts; j++)
        if (x->birth[i] < y->death[j] && y->birth[j] < x->death[i]) {
            *from = j < *from ? j : *from;
            *to = j + 1;
            count++;
        }
    return count;
}

/* Two blocks whose parts meet where low < offset of b - offset of a < high. */
struct pair {
    int a, b;
    int64_t low, high;
    bool porous; /* not everywhere in between, perhaps */
};

/* Widens a pair to the hull of all differences at which a living part of a meets one of b.  Returns
 * false if no two parts live at the same time.
 *
 *      a  |0|1|2|3|        part i of a and part j of b meet where
 *          b |0|1|2|           i * ra - (j + 1) * rb  <  difference  <  (i + 1) * ra - j * rb
 *
 * The hull is the set itself if it grows without gaps.  In 200,000 pairs of real sweeps it always
 * did: a gap needs parts in the middle of a map that never meet what those on both sides of them
 * meet. */
static bool widen(const struct packing *p, struct pair *pair)
{
    const struct block *x = &p->block[pair->a], *y = &p->block[pair->b];
    if (p->whole_from[pair->a] < p->whole_until[pair->b] && p->whole_from[pair->b] < p->whole_until[pair->a])
        return true; /* all parts meet: the hull is that of whole blocks */
    bool met = false, ordered = p->ordered[pair->a] && p->ordered[pair->b];
    int64_t last_low = 0, last_high = 0;
    for (int i = 0, from = 0, to = 0; i < x->parts; i++) {
        int count = meeting(x, i, y, ordered, &from, &to);
        if (count <= 0)
            continue;
        int64_t low = part_start(p, pair->a, i) - part_start(p, pair->b, to);
        int64_t high = part_start(p, pair->a, i + 1) - part_start(p, pair->b, from);
        pair->low = !met || low < pair->low ? low : pair->low;
        pair->high = !met || high > pair->high ? high : pair->high;
        pair->porous |= count < to - from || (met && (low >= last_high || last_low >= high));
        last_low = low;
        last_high = high;
        met = true;
    }
    return met;
}

/* All blocks in order of their first section (a counting sort). */
static int *by_begin(struct packing *p)
{
    int *order = NEW_ARRAY(p->mem, int, p->count + 1), *next = NEW_ARRAY(p->mem, int, p->sections + 2);
    for (int b = 0; b < p->count; b++)
        next[p->begin[b] + 1]++;
    for (int s = 0; s <= p->sections; s++)
        next[s + 1] += next[s];
    for (int b = 0; b < p->count; b++)
        order[next[p->begin[b]]++] = b;
    return order;
}

static bool may_meet(const struct packing *p, int a, int b)
{
    return p->begin[a] < p->end[b] && p->begin[b] < p->end[a] && p->size[a] && p->size[b];
}

/* Adds each of a and b to the other's neighbours, of which they have so many, if they meet. */
static void add_pair(struct packing *p, int a, int b, int *have)
{
    struct pair q = {a, b, -p->size[b], p->size[a], false};
    if ((p->block[a].parts > 1 || p->block[b].parts > 1) && !widen(p, &q))
        return;
    int64_t a_above = round_up(-q.low, p->align), b_above = round_up(q.high, p->align);
    bool loose = a_above <= 0 || b_above <= 0;
    p->neighbour[p->first[a] + have[a]++] = (struct neighbour){b, loose, q.porous, b_above, a_above};
    p->neighbour[p->first[b] + have[b]++] = (struct neighbour){a, loose, q.porous, a_above, b_above};
}

/* There are many pairs in a large network, so they are counted first: all that share a section.  A few of them do not
 * meet; the lists close up at the end. */
static void find_neighbours(struct packing *p)
{
    int *order = by_begin(p), *have = NEW_ARRAY(p->mem, int, p->count + 1);
    for (int pass = 0; pass < 2; pass++) {
        for (int i = 0; i < p->count; i++)
            for (int k = i + 1; k < p->count && p->begin[order[k]] < p->end[order[i]]; k++)
                if (!may_meet(p, order[i], order[k]))
                    continue;
                else if (pass)
                    add_pair(p, order[i], order[k], have);
                else
                    p->first[order[i] + 1]++, p->first[order[k] + 1]++;
        for (int b = 0; b < p->count && !pass; b++)
            p->first[b + 1] += p->first[b];
        if (!pass)
            p->neighbour = NEW_ARRAY(p->mem, struct neighbour, p->first[p->count] + 1);
    }
    int end = 0;
    for (int b = 0; b < p->count; b++) {
        memmove(p->neighbour + end, p->neighbour + p->first[b], sizeof *p->neighbour * (size_t)have[b]);
        p->first[b] = end;
        end += have[b];
    }
    p->first[p->count] = end;
}

/* When block b lives, and whether its parts are born and die in order. */
static void find_life(struct packing *p, int b)
{
    const struct block *k = &p->block[b];
    int birth = k->birth[0], death = k->death[0];
    p->ordered[b] = true;
    p->whole_from[b] = birth;
    p->whole_until[b] = death;
    for (int i = 1; i < k->parts; i++) {
        birth = k->birth[i] < birth ? k->birth[i] : birth;
        death = k->death[i] > death ? k->death[i] : death;
        p->whole_from[b] = k->birth[i] > p->whole_from[b] ? k->birth[i] : p->whole_from[b];
        p->whole_until[b] = k->death[i] < p->whole_until[b] ? k->death[i] : p->whole_until[b];
        p->ordered[b] = p->ordered[b] && k->birth[i] >= k->birth[i - 1] && k->death[i] >= k->death[i - 1];
    }
    p->life[b] = (int64_t)death - birth;
}

void packing_neighbours(struct packing *p)
{
    p->size = NEW_ARRAY(p->mem, int64_t, p->count + 1);
    p->begin = NEW_ARRAY(p->mem, int, p->count + 1);
    p->end = NEW_ARRAY(p->mem, int, p->count + 1);
    p->first = NEW_ARRAY(p->mem, int, p->count + 2);
    p->life = NEW_ARRAY(p->mem, int64_t, p->count + 1);
    p->whole_from = NEW_ARRAY(p->mem, int, p->count + 1);
    p->whole_until = NEW_ARRAY(p->mem, int, p->count + 1);
    p->ordered = NEW_ARRAY(p->mem, bool, p->count + 1);
    p->whole = true;
    for (int b = 0; b < p->count; b++) {
        const struct block *k = &p->block[b];
        assert(k->parts > 0 && k->size >= 0 && k->size % k->parts == 0);
        p->size[b] = round_up(k->size, p->align);
        p->whole = p->whole && k->parts == 1;
        find_life(p, b);
    }
    find_sections(p);
    count_alive(p);
    thin_sections(p);
    find_neighbours(p);
}
