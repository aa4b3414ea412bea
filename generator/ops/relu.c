/* SPDX-License-Identifier: MIT */
/* relu and relu6, and their gradient through a mask of one bit an element.
 *
 *     relu     y = max(x, 0)           mask: where 0 < y
 *     relu6    y = min(max(x, 0), 6)   mask: where 0 < y < 6
 *     relu_dx  dx = dy where the gate is open; the gate is the mask, or y itself where y is kept anyway */
#include "ops/ops.h"
#include "integers/integers.h"

#include <math.h>

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
    struct val *gate = kept_for_weights(g, y) ? y : mask_of(g, n);
    struct node *d = grad_add(g, n->in[0], &op_relu_dx, n);
    d->in[DY] = dy;
    d->in[GATE] = gate;
    d->whole[0] = n->whole[0];
}

/* ---- clamp_int8: a relu or relu6 that is no bound of the operator before it; the scale stays ---- */

static void clamp_bind(const struct node *n, struct bindings *b)
{
    bind_elements(b, n->out[0]);
    bind_int(b, "lo", n->whole[WHOLE_LO]);
    bind_int(b, "hi", n->whole[WHOLE_HI]);
    bind_flag(b, "has_mask", n->out[1] != NULL);
}

static void clamp_grad(struct graph *g, struct node *n)
{
    if (wants_grad(n->in[0]))
        grad_same(g, n->in[0], gated(g, n, n->out[0]->grad), n);
}

static const struct op op_clamp_int8 = {
    .name = "clamp_int8",
    .in = {{"x", .rows = true}},
    .out = {{"y", .rows = true}, {"mask", .rows = true, .optional = true, .null = true}},
    .inplace = 1,
    .grad = clamp_grad,
    .bind = clamp_bind,
};

/* Its bounds as int8 of y's scale. */
static void relu_clamp(const struct node *n, const struct val *y, int *lo, int *hi)
{
    *lo = y->zero > -128 ? y->zero : -128;
    if (n->whole[0])
        *hi = (int)fmin(127, nearbyint(n->whole[0] / y->scale) + y->zero);
}

/* A relu that melts into no operator before it. */
static bool relu_integer(struct quantiser *q, struct node *n)
{
    struct val *x = n->in[0], *y = n->out[0];
    int lo = -128, hi = 127;
    y->scale = x->scale;
    y->zero = x->zero;
    relu_clamp(n, y, &lo, &hi);
    n->whole[WHOLE_LO] = lo;
    n->whole[WHOLE_HI] = hi;
    return quantiser_keep(q, n, &op_clamp_int8);
}

/* ---- relu, relu6 ---- */

static void relu_setup(struct graph *g, struct node *n, const struct layer *l)
{
    (void)g, (void)l;
    n->whole[0] = isinf(n->op->most) ? 0 : (int)n->op->most; /* 0: no upper limit */
}

static const struct constructor make_relu = {.name = "relu", .inputs = 1, .activation = true, .shape = shape_same};
static const struct constructor make_relu6 = {.name = "relu6", .inputs = 1, .activation = true, .shape = shape_same};

const struct op op_relu = {
    .name = "relu",
    .in = {{"x", .rows = true}},
    .out = {{"y", .rows = true}, {"mask", .rows = true, .optional = true}},
    .inplace = 1,
    .grad = relu_grad,
    .bind = relu_bind,
    .make = &make_relu,
    .setup = relu_setup,
    .grid = GRID_SAME,
    .integer = relu_integer,
    .clamp = relu_clamp,
    .most = INFINITY,
    .foreign = {.onnx = "Relu", .tflite = 19},
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
    .setup = relu_setup,
    .grid = GRID_SAME,
    .integer = relu_integer,
    .clamp = relu_clamp,
    .most = 6,
    .foreign = {.tflite = 21},
};
