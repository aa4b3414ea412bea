/* SPDX-License-Identifier: MIT */
/* prelu: y = x where x is above 0, else weight[channel] * x (He et al., 2015).
 *
 *     prelu     y                                        rows of y, in place
 *     prelu_dx  dx = dy, or weight[channel] * dy         rows of dx; the gate is a mask, or x itself where it is kept
 *     prelu_dw  dw = sum of dy * x where x is not above 0   accumulates                               */
#include "ops/activation.h"

#include <string.h>

enum { X, W, DY = 0, GATE, DX_W, DW_X = 1 };

static void prelu_dw_bind(const struct node *n, struct bindings *b)
{
    bind_elements(b, n->in[DW_X]);
    bind_flag(b, "keep", n->out[0]->role == ROLE_STATE);
}

static const struct op op_prelu_dw = {
    .name = "prelu_dw",
    .in = {{"dy", .rows = true}, {"x", .rows = true}},
    .out = {{"dw"}},
    .stepping = STEP_ACCUMULATE,
    .bind = prelu_dw_bind,
};

static const struct op op_prelu_dx = {
    .name = "prelu_dx",
    .in = {{"dy", .rows = true}, {"gate", .rows = true}, {"weight"}},
    .out = {{"dx", .rows = true}},
    .inplace = 1 + DY,
    .bind = activation_bind,
};

static void prelu_grad(struct graph *g, struct node *n)
{
    struct val *x = n->in[X], *dy = n->out[0]->grad;
    if (wants_grad(n->in[W])) {
        struct node *d = grad_param(g, n->in[W], &op_prelu_dw, n);
        d->in[DY] = dy;
        d->in[DW_X] = x;
    }
    if (wants_grad(x)) {
        struct val *gate = wants_grad(n->in[W]) || kept_for_weights(g, x) ? x : mask_of(g, n);
        activation_grad(g, n, &op_prelu_dx, gate)->in[DX_W] = n->in[W];
    }
}

static struct val *prelu_build(struct graph *g, const struct layer *l, struct val **in)
{
    struct param *p = param_new(g, l, "weight", (int[]){in[0]->c, 1, 1, 1}, 0);
    struct node *n = node_add(g, &op_prelu, l->name, l->loc, val_new(g, l->name, l->out, F32));
    for (int64_t i = 0; !strcmp(p->origin, "random") && i < p->count; i++)
        p->value[i] = 0.25f; /* as PyTorch begins */
    n->in[X] = in[0];
    n->in[W] = p->val = param_val(g, p, CONTENT_VECTOR, F32);
    return n->out[0];
}

static const struct constructor make_prelu = {.name = "prelu", .inputs = 1, .has_params = true, .shape = shape_same};

const struct op op_prelu = {
    .name = "prelu",
    .in = {{"x", .rows = true}, {"weight"}},
    .out = RESULT_AND_MASK,
    .inplace = 1,
    .grad = prelu_grad,
    .bind = activation_bind,
    .make = &make_prelu,
    .build = prelu_build,
};
