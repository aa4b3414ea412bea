/* SPDX-License-Identifier: MIT */
/* bisect: which capacities to ask the exact search for. */
#include "pack/packing.h"

/* The search recurses once for each block; larger instances are left to the greedy orders. */
enum { DEEPEST = 3000 };

/* First the least size that is not refuted: a search that finds nothing names the next one, and so
 * on up to the optimum.  When one takes too long, the interval between it and the best placement is
 * halved. */
void packing_search(struct packing *p, int64_t effort)
{
    if (!packing_unfinished(p) || p->count > DEEPEST || effort < p->count) /* not even one descent */
        return;
    struct search *s = search_new(p);
    int64_t undecided = -1; /* the greatest capacity that took too long */
    int64_t last = effort < p->effort - p->trials ? p->trials + effort : p->effort;
    while (packing_unfinished(p) && p->trials < last) {
        int64_t left = last - p->trials, next;
        int64_t capacity = p->proven > p->goal ? p->proven : p->goal;
        if (undecided >= capacity)
            capacity = undecided + (p->arena - undecided) / 2 / p->align * p->align;
        if (capacity == undecided) { /* the interval is empty: start again, with more patience */
            undecided = -1;
            continue;
        }
        left = undecided < 0 ? (left + 1) / 2 : (left + 3) / 4;
        switch (search_fit(s, capacity, left, &next)) {
        case NOTHING:
            p->proven = next < p->arena ? next : p->arena;
            break;
        case GAVE_UP:
            undecided = capacity;
            break;
        case FOUND:
            break;
        }
    }
}
