/* SPDX-License-Identifier: MIT */
/* A packing before anything is placed. */
#include "pack/packing.h"

void packing_start(struct packing *p, int64_t capacity, int64_t effort)
{
    packing_neighbours(p);
    p->offset = NEW_ARRAY(p->mem, int64_t, p->count + 1);
    p->best = NEW_ARRAY(p->mem, int64_t, p->count + 1);
    p->span = NEW_ARRAY(p->mem, struct barred, p->count + 1);
    p->rank = p->alike = NEW_ARRAY(p->mem, int, p->count + 1);
    p->order = NEW_ARRAY(p->mem, int, p->count + 1);
    p->arena = INT64_MAX;
    p->proven = p->bound;
    p->goal = capacity;
    p->effort = effort;
}
