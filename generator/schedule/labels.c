/* SPDX-License-Identifier: MIT */
/* Lists of labels, of which those stay that no other beats. */
#include "schedule/chooser.h"

#include <stdlib.h>
#include <string.h>

/* By peak, then grade, then held; of equals first the one with less work, and the one that was made first. */
static int by_peak(const void *a, const void *b)
{
    const struct label *x = a, *y = b;
    const int64_t key[][2] = {{x->peak, y->peak}, {x->grade, y->grade}, {x->held, y->held},    {x->cost, y->cost},
                              {x->a, y->a},       {x->mode, y->mode},   {y->strips, x->strips}};
    for (size_t i = 0; i < sizeof key / sizeof *key; i++)
        if (key[i][0] != key[i][1])
            return key[i][0] < key[i][1] ? -1 : 1;
    return (x->before > y->before) - (x->before < y->before); /* both in the list of cut a */
}

/* Drops the labels that another beats in all three, work being counted in so large units.  In order of peak, one is beaten if one before it takes
 * no more work and holds no more.  Of those before it only a staircase matters, more work for less held:
 *
 *     held |  o
 *          |     o      x       x is beaten: the last step at its cost or before holds less
 *          |        o
 *          |             o
 *          +------------------ cost                                                             */
static void settle(struct labels *l, int64_t unit)
{
    struct arena *scratch = arena_new();
    struct label *list = l->list;
    int *step = NEW_ARRAY(scratch, int, l->count + 1), steps = 0, n = 0;
    for (int i = 0; i < l->count; i++)
        list[i].grade = list[i].cost / unit;
    if (l->count)
        qsort(list, (size_t)l->count, sizeof *list, by_peak);
    for (int i = 0; i < l->count; i++) {
        int at = 0, high = steps; /* the first step that costs more */
        while (at < high) {
            int middle = (at + high) / 2;
            if (list[step[middle]].grade <= list[i].grade)
                at = middle + 1;
            else
                high = middle;
        }
        if (at > 0 && list[step[at - 1]].held <= list[i].held)
            continue;
        int rest = at;
        while (rest < steps && list[step[rest]].held >= list[i].held)
            rest++;
        memmove(step + at + 1, step + rest, sizeof *step * (size_t)(steps - rest));
        steps += at + 1 - rest;
        list[n] = list[i];
        step[at] = n++;
    }
    l->count = l->settled = n;
    arena_free(scratch);
}

void add_label(struct arena *mem, struct labels *l, struct label added)
{
    GROW(mem, l->list, l->count, l->capacity);
    l->list[l->count++] = added;
    if (l->count > 2 * l->settled + 1000)
        settle(l, 1);
}

struct labels thinned(struct arena *mem, struct labels *l, int most)
{
    enum { GRADES = 4096 };
    int64_t largest = 0;
    settle(l, 1);
    for (int i = 0; i < l->count; i++)
        largest = l->list[i].cost > largest ? l->list[i].cost : largest;
    for (int64_t unit = largest / GRADES + 1; l->count > most && unit <= largest; unit *= 2)
        settle(l, unit);
    int count = l->count < most ? l->count : most;
    struct label *list = NEW_ARRAY(mem, struct label, count + 1);
    for (int i = 0; i < count; i++)
        list[i] = l->list[l->count > most ? (int64_t)i * (l->count - 1) / (most - 1) : i];
    return (struct labels){list, count, count, count};
}
