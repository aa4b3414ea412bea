/* SPDX-License-Identifier: MIT */
/* Pools of int8 maps and their gradients.
 *
 *     pool_sum       sum of q over all pixels, exact as floats; accumulates over rows
 *     pool_mean      mean, rounded half away from zero as TFLite does
 *     avg_pool_int8  mean under a window, the same; padding has the value of the zero point
 *     spread         the gradient of the first two: dx = dy / pixels for every pixel
 *     avg_pool_int8_dx   that of the third                                                          */
#include "ops/int8.h"

static void pool_sum_bind(const struct node *n, struct bindings *b)
{
    bind_elements(b, n->in[0]);
}

static void pool_mean_bind(const struct node *n, struct bindings *b)
{
    bind_elements(b, n->out[0]);
    bind_int(b, "pixels", n->whole[0]);
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
bool global_pool_integer(struct quantiser *q, struct node *n)
{
    struct graph *g = q->g;
    struct val *x = n->in[0], *y = n->out[0];
    struct val *sum = val_new(g, arena_format(g->mem, "%s.sum", n->name), (struct shape){1, 1, x->c}, F32);
    node_add(g, &op_pool_sum, n->name, n->loc, sum)->in[0] = x;
    node_become(n, &op_pool_mean);
    n->in[0] = sum;
    n->whole[0] = x->h * x->w;
    y->type = I8;
    y->scale = x->scale;
    y->zero = x->zero;
    quantiser_push(q, n);
    return true;
}

/* ---- avg_pool_int8 ---- */

static void avg_pool_int8_rows(const struct node *n, int i, int y, int *lo, int *hi)
{
    (void)i;
    window_rows(&n->win, n->in[0]->h, y, lo, hi);
}

static void avg_pool_int8_label(const struct node *n, struct bindings *b, const struct val *x)
{
    bind_window(b, &n->win);
    avg_pool_label(n, b, x);
}

/* Windows that hold one pixel, at most. */
static int overlaps(const struct window *w)
{
    return ((w->kh + w->sh - 1) / w->sh) * ((w->kw + w->sw - 1) / w->sw);
}

/* Where windows have means of different counts, each takes round(2^bits / count) of its gradient: as many bits as sums of
 * int16 over the windows of one pixel leave in int32. */
static int share_bits(const struct window *w)
{
    int bits = 15;
    while (bits > 0 && (overlaps(w) << bits) > 1 << 15)
        bits--;
    return bits;
}

static void avg_pool_int8_bind(const struct node *n, struct bindings *b)
{
    bool pads = window_pads(n);
    bind_shape(b, n->in[0], n->out[0]);
    bind_flag(b, "pads", pads);
    bind_int(b, "x_zero", pads ? n->in[0]->zero : 0);
    avg_pool_int8_label(n, b, n->in[0]);
}

enum { AVG_DY, AVG_DY_RANGE, AVG_PLUS, AVG_PLUS_RANGE };

static void avg_pool_int8_dx_rows(const struct node *n, int i, int y, int *lo, int *hi)
{
    if (i == AVG_DY)
        window_rows_transposed(&n->win, n->in[AVG_DY]->h, y, lo, hi);
    else
        *lo = *hi = y;
}

static void avg_pool_int8_dx_bind(const struct node *n, struct bindings *b)
{
    bind_shape(b, n->out[0], n->in[AVG_DY]);
    bind_text(b, "gtype", type_name(n->out[0]->type));
    bind_flag(b, "has_plus", n->in[AVG_PLUS] != NULL);
    bind_int(b, "share_bits", n->whole[POOL_INSIDE] ? share_bits(&n->win) : 0);
    avg_pool_int8_label(n, b, n->out[0]);
}

static const struct op op_avg_pool_int8_dx = {
    .name = "avg_pool_int8_dx",
    .in = {{"dy", .rows = true},
           {"dy_range"},
           {"plus", .rows = true, .optional = true},
           {"plus_range", .optional = true}},
    .out = {{"dx", .rows = true}, {"range"}},
    .inplace = 1 + AVG_PLUS,
    .plus = 1 + AVG_PLUS,
    .rows = avg_pool_int8_dx_rows,
    .bind = avg_pool_int8_dx_bind,
};

static void avg_pool_int8_grad(struct graph *g, struct node *n)
{
    struct val *x = n->in[0], *dy = n->out[0]->grad;
    if (!wants_grad(x))
        return;
    if (dy->type == F32) {
        avg_pool_real_grad(g, n);
        return;
    }
    struct node *d = grad_add(g, x, &op_avg_pool_int8_dx, n);
    d->whole[POOL_INSIDE] = n->whole[POOL_INSIDE];
    d->in[AVG_DY] = dy;
    d->in[AVG_DY_RANGE] = dy->range;
    expect(d->out[0], dy->expected * overlaps(&n->win) / (n->win.kh * n->win.kw));
}

static const struct op op_avg_pool_int8 = {
    .name = "avg_pool_int8",
    .in = {{"x", .rows = true}},
    .out = {{"y", .rows = true}},
    .rows = avg_pool_int8_rows,
    .grad = avg_pool_int8_grad,
    .bind = avg_pool_int8_bind,
};

/* Sums of int16 over windows stay in int32, and leave room for shares that are fine enough. */
bool avg_pool_fits_int8(const struct node *n)
{
    return overlaps(&n->win) <= (n->whole[POOL_INSIDE] ? 128 : 32767);
}

bool avg_pool_integer(struct quantiser *q, struct node *n)
{
    return quantiser_keep(q, n, &op_avg_pool_int8);
}
