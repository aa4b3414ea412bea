/* SPDX-License-Identifier: MIT */
/* Each pixel's channels as a vector of length 1: y = x / max(|x|, 1e-6), as embeddings end.
 *
 *     l2_norm      y                                                     rows
 *     l2_norm_dx   dx = (dy - x (dy x) / |x|^2) / |x| [+ plus]           rows; reads dy and x */
#include "ops/ops.h"

enum { NORM_DY, NORM_X, NORM_PLUS };

static void l2_norm_bind(const struct node *n, struct bindings *b)
{
    bind_elements(b, n->out[0]);
    bind_flag(b, "has_plus", n->in[NORM_PLUS] != NULL);
}

static const struct op op_l2_norm_dx = {
    .name = "l2_norm_dx",
    .in = {{"dy", .rows = true}, {"x", .rows = true}, {"plus", .rows = true, .optional = true}},
    .out = {{"dx", .rows = true}},
    .inplace = 1 + NORM_PLUS,
    .plus = 1 + NORM_PLUS,
    .bind = l2_norm_bind,
};

static void l2_norm_grad(struct graph *g, struct node *n)
{
    if (!wants_grad(n->in[0]))
        return;
    struct node *d = grad_add(g, n->in[0], &op_l2_norm_dx, n);
    d->in[NORM_DY] = n->out[0]->grad;
    d->in[NORM_X] = n->in[0];
}

static const struct constructor make_l2_norm = {.name = "l2_norm", .inputs = 1, .shape = shape_same};

const struct op op_l2_norm = {
    .name = "l2_norm",
    .in = {{"x", .rows = true}},
    .out = {{"y", .rows = true}},
    .inplace = 1,
    .grad = l2_norm_grad,
    .bind = l2_norm_bind,
    .make = &make_l2_norm,
};
