/* SPDX-License-Identifier: MIT */
/* The scale of an integer gradient: a power of two that follows its size, see ops/range.c. */
#include "graph/op.h"

#include <math.h>

int range_aim(enum type t)
{
    return t == I16 ? 13 : 5;
}

void expect(struct val *d, double magnitude)
{
    enum { EMPTY = (int)0x80808080u };
    if (!d->range)
        return;
    d->expected = magnitude;
    int32_t *factory = (int32_t *)(uintptr_t)d->range->constant;
    factory[0] = range_aim(d->type) - (int)ceil(log2(magnitude > 1e-30 ? magnitude : 1e-30));
    for (int i = 2; i < RANGE_WORDS; i++)
        factory[i] = EMPTY;
}

enum type gradient_type(const struct graph *g, const struct val *x)
{
    static const enum type types[] = {[GRADIENT_FLOAT32] = F32, [GRADIENT_INT16] = I16, [GRADIENT_INT8] = I8};
    return x->scale > 0 ? types[g->spec->precision.gradient] : F32;
}

struct val *range_new(struct graph *g, const struct val *d)
{
    struct val *r = val_new(g, arena_format(g->mem, "%s.range", d->name), (struct shape){1, 1, RANGE_WORDS}, I32);
    r->role = ROLE_STATE;
    r->constant = NEW_ARRAY(g->mem, int32_t, RANGE_WORDS);
    r->first = g->nrange++;
    return r;
}
