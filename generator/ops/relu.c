/* SPDX-License-Identifier: MIT */
/* relu and relu6, and their gradient through a mask of one bit an element.
 *
 *     relu     y = max(x, 0)           mask: where 0 < y
 *     relu6    y = min(max(x, 0), 6)   mask: where 0 < y < 6
 *     relu_dx  dx = dy where the gate is open; the gate is the mask, or y itself where y is kept anyway */
#include "ops/ops.h"

enum { DY, GATE };

static void relu_bind(const struct node *n, struct bindings *b)
{
    bind_elements(b, n->out[0]);
    bind_int(b, "limit", n->whole[0]);
    bind_flag(b, "has_mask", n->out[1] != NULL);
    if (n->out[1])
        b->label = arena_format(b->mem, "%s_mask", b->label);
}

static void relu_dx_bind(const struct node *n, struct bindings *b)
{
    bind_elements(b, n->out[0]);
    bind_int(b, "limit", n->whole[0]);
    bind_text(b, "by", n->in[GATE]->type == BITS ? "mask" : "value");
}

static const struct op op_relu_dx = {
    .name = "relu_dx",
    .in = {{"dy", .rows = true}, {"gate", .rows = true}},
    .out = {{"dx", .rows = true}},
    .inplace = 1 + DY,
    .bind = relu_dx_bind,
};

static void relu_grad(struct graph *g, struct node *n)
{
    struct val *y = n->out[0], *dy = y->grad;
    if (!wants_grad(n->in[0]))
        return;
    struct val *gate = y;
    if (!kept_for_weights(g, y)) {
        gate = n->out[1] = val_new(g, arena_format(g->mem, "%s.mask", y->name), (struct shape){y->h, y->w, y->c}, BITS);
        gate->def = n;
    }
    struct node *d = grad_add(g, n->in[0], &op_relu_dx, n);
    d->in[DY] = dy;
    d->in[GATE] = gate;
    d->whole[0] = n->whole[0];
}

static void relu_setup(struct graph *g, struct node *n, const struct layer *l)
{
    (void)g, (void)l;
    n->whole[0] = 0; /* no upper limit */
}

static void relu6_setup(struct graph *g, struct node *n, const struct layer *l)
{
    (void)g, (void)l;
    n->whole[0] = 6;
}

static const struct constructor make_relu = {.name = "relu", .inputs = 1, .shape = shape_same};
static const struct constructor make_relu6 = {.name = "relu6", .inputs = 1, .shape = shape_same};

const struct op op_relu = {
    .name = "relu",
    .in = {{"x", .rows = true}},
    .out = {{"y", .rows = true}, {"mask", .rows = true, .optional = true}},
    .inplace = 1,
    .grad = relu_grad,
    .bind = relu_bind,
    .make = &make_relu,
    .setup = relu_setup,
};

const struct op op_relu6 = {
    .name = "relu6",
    .template = "relu",
    .in = {{"x", .rows = true}},
    .out = {{"y", .rows = true}, {"mask", .rows = true, .optional = true}},
    .inplace = 1,
    .grad = relu_grad,
    .bind = relu_bind,
    .make = &make_relu6,
    .setup = relu6_setup,
};
