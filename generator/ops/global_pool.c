/* SPDX-License-Identifier: MIT */
/* The mean over the whole map.
 *
 *     global_pool     y                      accumulates over rows
 *     global_pool_dx  dx [+ plus]            rows of dx
 *     pool_sum        sum of int8 over all pixels, exact as floats; accumulates over rows
 *     pool_mean       mean, in the scale of x: halves away from zero; or in one of its own (integers/mean.c)
 *     spread          the gradient of these two: dx = dy / pixels for every pixel                */
#include "ops/ops.h"
#include "integers/integers.h"

static void global_pool_bind(const struct node *n, struct bindings *b)
{
    bind_elements(b, n->in[0]);
}

static void global_pool_dx_bind(const struct node *n, struct bindings *b)
{
    bind_elements(b, n->out[0]);
    bind_flag(b, "has_plus", n->in[1] != NULL);
}

static const struct op op_global_pool_dx = {
    .name = "global_pool_dx",
    .in = {{"dy"}, {"plus", .rows = true, .optional = true}},
    .out = {{"dx", .rows = true}},
    .inplace = 2,
    .plus = 2,
    .bind = global_pool_dx_bind,
};

/* ---- integers ---- */

static void pool_sum_bind(const struct node *n, struct bindings *b)
{
    bind_elements(b, n->in[0]);
}

/* node.whole of pool_mean */
enum { MEAN_PIXELS, MEAN_OWN, MEAN_TFLITE };

static void pool_mean_bind(const struct node *n, struct bindings *b)
{
    const struct val *x = n->in[0]->def->in[0];
    bind_elements(b, n->out[0]);
    bind_int(b, "pixels", n->whole[MEAN_PIXELS]);
    bind_mean(b, x, n->out[0], n->whole[MEAN_PIXELS], n->whole[MEAN_OWN], n->whole[MEAN_TFLITE]);
}

static void spread_bind(const struct node *n, struct bindings *b)
{
    bind_elements(b, n->out[0]);
    bind_int(b, "pixels", n->whole[0]);
    bind_text(b, "gtype", type_name(n->out[0]->type));
    bind_flag(b, "has_plus", n->in[2] != NULL);
}

static const struct op op_spread = {
    .name = "spread",
    .in = {{"dy"}, {"dy_range"}, {"plus", .rows = true, .optional = true}, {"plus_range", .optional = true}},
    .out = {{"dx", .rows = true}, {"range"}},
    .inplace = 3,
    .plus = 3,
    .bind = spread_bind,
};

static void pool_mean_grad(struct graph *g, struct node *n)
{
    (void)g;
    n->in[0]->grad = n->out[0]->grad; /* of the mean: pool_sum divides */
}

static void pool_sum_grad(struct graph *g, struct node *n)
{
    struct val *x = n->in[0], *dy = n->out[0]->grad;
    if (!wants_grad(x))
        return;
    if (dy->type == F32) {
        grad_add(g, x, &op_global_pool_dx, n)->in[0] = dy;
        return;
    }
    struct node *d = grad_add(g, x, &op_spread, n);
    d->in[0] = dy;
    d->in[1] = dy->range;
    d->whole[0] = x->h * x->w;
    expect(d->out[0], dy->expected / (x->h * x->w));
}

static const struct op op_pool_sum = {
    .name = "pool_sum",
    .in = {{"x", .rows = true}},
    .out = {{"y"}},
    .stepping = STEP_ACCUMULATE,
    .grad = pool_sum_grad,
    .bind = pool_sum_bind,
};

static const struct op op_pool_mean = {
    .name = "pool_mean",
    .in = {{"x", .rows = true}},
    .out = {{"y", .rows = true}},
    .grad = pool_mean_grad,
    .bind = pool_mean_bind,
};

/* Sum and mean as two nodes, so that the sum can be as wide as it needs. */
static bool global_pool_integer(struct quantiser *q, struct node *n)
{
    struct graph *g = q->g;
    struct val *x = n->in[0], *y = n->out[0];
    struct val *sum = val_new(g, arena_format(g->mem, "%s.sum", n->name), (struct shape){1, 1, x->c}, F32);
    node_add(g, &op_pool_sum, n->name, n->loc, sum)->in[0] = x;
    n->whole[MEAN_OWN] = mean_grid(q, n, x->h * x->w, y);
    node_become(n, &op_pool_mean);
    n->in[0] = sum;
    n->whole[MEAN_PIXELS] = x->h * x->w;
    n->whole[MEAN_TFLITE] = g->spec->precision.tflite_rounding;
    y->type = I8;
    if (!n->whole[MEAN_OWN]) {
        y->scale = x->scale;
        y->zero = x->zero;
    }
    quantiser_push(q, n);
    return true;
}

/* ---- global_pool ---- */

static void global_pool_grad(struct graph *g, struct node *n)
{
    if (wants_grad(n->in[0]))
        grad_add(g, n->in[0], &op_global_pool_dx, n)->in[0] = n->out[0]->grad;
}

static void global_pool_shape(struct diag *d, struct layer *l)
{
    (void)d;
    l->out = (struct shape){1, 1, l->in[0].c};
}

static const struct constructor make_global = {.name = "global_pool", .inputs = 1, .shape = global_pool_shape};

const struct op op_global_pool = {
    .name = "global_pool",
    .in = {{"x", .rows = true}},
    .out = {{"y"}},
    .stepping = STEP_ACCUMULATE,
    .grad = global_pool_grad,
    .bind = global_pool_bind,
    .make = &make_global,
    .grid = GRID_SAME,
    .integer = global_pool_integer,
};
