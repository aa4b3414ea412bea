/* SPDX-License-Identifier: MIT */
/* take and put: the channels of a slice.  They are each other's transpose.
 *
 *     take   y[.., j] = x[.., index[j]]
 *     put    y = [plus +] 0, then y[.., index[j]] += x[.., j]                                     */
#include "ops/int8.h"

enum { X, INDEX, PLUS, PLUS_RANGE, X_RANGE };

static void slice_bind(const struct node *n, struct bindings *b)
{
    bind_shape(b, n->in[X], n->out[0]);
    bind_text(b, "type", type_name(n->out[0]->type));
    b->label = arena_format(b->mem, "%dx%dx%d_%d", n->in[X]->h, n->in[X]->w, n->in[X]->c, n->out[0]->c);
    if (n->op->plus)
        bind_flag(b, "has_plus", n->in[PLUS] != NULL);
}

static void take_grad(struct graph *g, struct node *n)
{
    if (!wants_grad(n->in[X]))
        return;
    struct node *d = grad_add(g, n->in[X], &op_put, n);
    d->in[X] = n->out[0]->grad;
    d->in[INDEX] = n->in[INDEX];
    d->in[X_RANGE] = n->out[0]->grad->range;
    expect(d->out[0], n->out[0]->grad->expected);
}

static void put_grad(struct graph *g, struct node *n)
{
    if (wants_grad(n->in[PLUS]))
        grad_same(g, n->in[PLUS], n->out[0]->grad, n);
    if (!wants_grad(n->in[X]))
        return;
    struct node *d = grad_add(g, n->in[X], &op_take, n);
    d->in[X] = n->out[0]->grad;
    d->in[INDEX] = n->in[INDEX];
}

const struct op op_take = {
    .name = "take",
    .in = {{"x", .rows = true}, {"index"}},
    .out = {{"y", .rows = true}},
    .grad = take_grad,
    .bind = slice_bind,
};

const struct op op_put = {
    .name = "put",
    .in = {{"x", .rows = true},
           {"index"},
           {"plus", .rows = true, .optional = true},
           {"plus_range", .optional = true},
           {"x_range", .optional = true}},
    .out = {{"y", .rows = true}, {"range", .optional = true}},
    .inplace = 1 + PLUS,
    .plus = 1 + PLUS,
    .grad = put_grad,
    .bind = slice_bind,
};
