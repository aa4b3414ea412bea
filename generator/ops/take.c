/* SPDX-License-Identifier: MIT */
/* The channels of a slice, and back: each other's transpose.
 *
 *     take   y[.., j] = x[.., index[j]]
 *     put    y = [plus +] 0, then y[.., index[j]] += x[.., j]                                     */
#include "ops/take.h"
#include "integers/integers.h"

enum { TAKE_PLUS_RANGE = TAKE_PLUS + 1, TAKE_X_RANGE };

static void slice_bind(const struct node *n, struct bindings *b)
{
    bind_shape(b, n->in[TAKE_X], n->out[0]);
    bind_text(b, "type", type_name(n->out[0]->type));
    b->label = arena_format(b->mem, "%dx%dx%d_%d", n->in[TAKE_X]->h, n->in[TAKE_X]->w, n->in[TAKE_X]->c, n->out[0]->c);
    if (n->op->plus)
        bind_flag(b, "has_plus", n->in[TAKE_PLUS] != NULL);
}

static void take_grad(struct graph *g, struct node *n)
{
    if (!wants_grad(n->in[TAKE_X]))
        return;
    struct node *d = grad_add(g, n->in[TAKE_X], &op_put, n);
    d->in[TAKE_X] = n->out[0]->grad;
    d->in[TAKE_INDEX] = n->in[TAKE_INDEX];
    d->in[TAKE_X_RANGE] = n->out[0]->grad->range;
    expect(d->out[0], n->out[0]->grad->expected);
}

static void put_grad(struct graph *g, struct node *n)
{
    if (wants_grad(n->in[TAKE_PLUS]))
        grad_same(g, n->in[TAKE_PLUS], n->out[0]->grad, n);
    if (!wants_grad(n->in[TAKE_X]))
        return;
    struct node *d = grad_add(g, n->in[TAKE_X], &op_take, n);
    d->in[TAKE_X] = n->out[0]->grad;
    d->in[TAKE_INDEX] = n->in[TAKE_INDEX];
}

static bool take_integer(struct quantiser *q, struct node *n)
{
    return quantiser_keep(q, n, n->op);
}

const struct op op_take = {
    .name = "take",
    .in = {{"x", .rows = true}, {"index"}},
    .out = {{"y", .rows = true}},
    .channels = CHANNELS_TAKEN,
    .grad = take_grad,
    .bind = slice_bind,
    .grid = GRID_SAME,
    .integer = take_integer,
};

const struct op op_put = {
    .name = "put",
    .in = {{"x", .rows = true},
           {"index"},
           {"plus", .rows = true, .optional = true},
           {"plus_range", .optional = true},
           {"x_range", .optional = true}},
    .out = {{"y", .rows = true}, {"range", .optional = true}},
    .inplace = 1 + TAKE_PLUS,
    .plus = 1 + TAKE_PLUS,
    .channels = CHANNELS_PUT,
    .grad = put_grad,
    .bind = slice_bind,
};
