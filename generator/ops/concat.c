/* SPDX-License-Identifier: MIT */
/* Maps side by side: their channels one after the other.
 *
 *     concat       y = x0, x1, ...                              rows
 *     concat_int8  the same of int8, each map from its scale to that of the result    rows
 *     concat_dx    dx = the channels of dy that x became [+ plus]    rows */
#include "ops/ops.h"
#include "integers/integers.h"

#include <math.h>

#define CONCAT_MORE(name)                                                                                              \
    {                                                                                                                  \
        name, .rows = true, .optional = true                                                                           \
    }
#define CONCAT_MAPS                                                                                                    \
    {                                                                                                                  \
        {"x0", .rows = true}, {"x1", .rows = true}, CONCAT_MORE("x2"), CONCAT_MORE("x3"), CONCAT_MORE("x4"),           \
            CONCAT_MORE("x5"), CONCAT_MORE("x6"), CONCAT_MORE("x7")                                                    \
    }

static void concat_bind(const struct node *n, struct bindings *b)
{
    int count = 0;
    bind_elements(b, n->out[0]);
    for (; count < INPUTS && n->in[count]; count++)
        bind_int(b, arena_format(b->mem, "c%d", count), n->in[count]->c);
    bind_int(b, "count", count);
    b->label = arena_format(b->mem, "%d_%s", count, b->label);
}

enum { CONCAT_DY, CONCAT_PLUS, CONCAT_PLUS_RANGE, CONCAT_DY_RANGE };

static void concat_dx_bind(const struct node *n, struct bindings *b)
{
    bind_shape(b, n->out[0], n->in[CONCAT_DY]);
    bind_int(b, "first", n->whole[0]);
    bind_text(b, "gtype", type_name(n->out[0]->type));
    bind_flag(b, "has_plus", n->in[CONCAT_PLUS] != NULL);
    b->label = arena_format(b->mem, "%dx%dx%d_of_%d", n->out[0]->h, n->out[0]->w, n->out[0]->c, n->in[CONCAT_DY]->c);
}

static const struct op op_concat_dx = {
    .name = "concat_dx",
    .in = {{"dy", .rows = true},
           {"plus", .rows = true, .optional = true},
           {"plus_range", .optional = true},
           {"dy_range", .optional = true}},
    .out = {{"dx", .rows = true}, {"range", .optional = true}},
    .inplace = 1 + CONCAT_PLUS,
    .plus = 1 + CONCAT_PLUS,
    .bind = concat_dx_bind,
};

static void concat_grad(struct graph *g, struct node *n)
{
    struct val *dy = n->out[0]->grad;
    int first = 0;
    for (int i = 0; i < INPUTS && n->in[i]; first += n->in[i++]->c) {
        if (!wants_grad(n->in[i]))
            continue;
        struct node *d = grad_add(g, n->in[i], &op_concat_dx, n);
        d->in[CONCAT_DY] = dy;
        d->in[CONCAT_DY_RANGE] = dy->range;
        d->whole[0] = first;
        expect(d->out[0], dy->expected);
    }
}

/* ---- of int8 ---- */

/* q of map k becomes (q * factor + constant >> bits) + y_zero. */
static void concat_int8_bind(const struct node *n, struct bindings *b)
{
    const struct val *y = n->out[0];
    concat_bind(n, b);
    bind_quant(b, "y", y);
    for (int i = 0; i < INPUTS && n->in[i]; i++) {
        const struct val *x = n->in[i];
        int bits = factor_bits(x->scale / y->scale, 256);
        long factor = (long)nearbyint(ldexp(x->scale / y->scale, bits));
        bind_int(b, arena_format(b->mem, "bits%d", i), bits);
        bind_int(b, arena_format(b->mem, "factor%d", i), factor);
        bind_int(b, arena_format(b->mem, "constant%d", i), (1L << bits >> 1) - x->zero * factor);
    }
}

static const struct op op_concat_int8 = {
    .name = "concat_int8",
    .in = CONCAT_MAPS,
    .out = {{"y", .rows = true}},
    .grad = concat_grad,
    .bind = concat_int8_bind,
};

static bool concat_integer(struct quantiser *q, struct node *n)
{
    struct val *y = n->out[0];
    double lo = 0, hi = 0;
    for (int i = 0; i < INPUTS && n->in[i]; i++) {
        lo = fmin(lo, (-128 - n->in[i]->zero) * n->in[i]->scale);
        hi = fmax(hi, (127 - n->in[i]->zero) * n->in[i]->scale);
    }
    result_grid(q, n, lo, hi);
    for (int i = 0; i < INPUTS && n->in[i]; i++)
        if (factor_bits(n->in[i]->scale / y->scale, 256) == 0) {
            y->scale = y->zero = 0;
            return false;
        }
    y->type = I8;
    node_become(n, &op_concat_int8);
    quantiser_push(q, n);
    return true;
}

/* ---- the constructor ---- */

static void concat_shape(struct diag *d, struct layer *l)
{
    l->out = l->in[0];
    for (int i = 1; i < l->nfrom; i++) {
        const struct shape *a = &l->in[0], *b = &l->in[i];
        l->out.c += b->c;
        if (a->h != b->h || a->w != b->w)
            diag_error(d, l->loc, "from", NULL, "concat '%s': a map of %d x %d beside one of %d x %d", l->name, a->h,
                       a->w, b->h, b->w);
    }
}

static const struct constructor make_concat = {
    .name = "concat", .inputs = 2, .most_inputs = INPUTS, .shape = concat_shape};

const struct op op_concat = {
    .name = "concat",
    .in = CONCAT_MAPS,
    .out = {{"y", .rows = true}},
    .grad = concat_grad,
    .bind = concat_bind,
    .make = &make_concat,
    .grid = GRID_OWN,
    .integer = concat_integer,
};
