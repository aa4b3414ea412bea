/* SPDX-License-Identifier: MIT */
/* Means under a window; zeros of the padding count, as PyTorch has it, or not (count_pad = false).
 *
 *     avg_pool          y [+ plus]             rows of y
 *     avg_pool_dx       dx [+ plus]            rows of dx
 *     avg_pool_int8     y, rounded half away from zero as TFLite does; padding has the value of the zero point.  In a
 *                       scale of its own, where the file has one: rounded as integers/mean.c says
 *     avg_pool_int8_dx  dx [+ plus]                                                             */
#include "ops/pool.h"

/* node.whole: whether padding is left out where there is some; of int8, whether its scale is its own, and the rounding. */
enum { POOL_INSIDE, POOL_OWN, POOL_TFLITE };

static void avg_pool_shape(struct diag *d, struct layer *l)
{
    pool_shape(d, l);
    if (!layer_int(l, "count_pad"))
        refuse_padding_alone(d, l);
}

static void avg_pool_setup(struct graph *g, struct node *n, const struct layer *l)
{
    pool_setup(g, n, l);
    n->whole[POOL_INSIDE] = !layer_int(l, "count_pad") && window_pads(n);
}

static void avg_pool_label(const struct node *n, struct bindings *b, const struct val *x)
{
    bind_flag(b, "inside", n->whole[POOL_INSIDE]);
    pool_label(b, n, x);
    if (n->whole[POOL_INSIDE])
        b->label = arena_format(b->mem, "%s_inside", b->label);
}

static void avg_pool_bind(const struct node *n, struct bindings *b)
{
    bind_shape(b, n->in[0], n->out[0]);
    bind_window(b, &n->win);
    bind_flag(b, "has_plus", n->in[1] != NULL);
    avg_pool_label(n, b, n->in[0]);
}

static void avg_pool_dx_bind(const struct node *n, struct bindings *b)
{
    bind_shape(b, n->out[0], n->in[0]);
    bind_window(b, &n->win);
    bind_flag(b, "has_plus", n->in[1] != NULL);
    avg_pool_label(n, b, n->out[0]);
}

static const struct op op_avg_pool_dx = {
    .name = "avg_pool_dx",
    .in = {{"dy", .rows = true}, {"plus", .rows = true, .optional = true}},
    .out = {{"dx", .rows = true}},
    .inplace = 2,
    .plus = 2,
    .rows = pool_dx_rows,
    .bind = avg_pool_dx_bind,
};

static void avg_pool_real_grad(struct graph *g, struct node *n)
{
    struct node *d = grad_add(g, n->in[0], &op_avg_pool_dx, n);
    d->in[0] = n->out[0]->grad;
    d->whole[POOL_INSIDE] = n->whole[POOL_INSIDE];
}

static void avg_pool_grad(struct graph *g, struct node *n)
{
    if (wants_grad(n->in[1]))
        grad_same(g, n->in[1], n->out[0]->grad, n);
    if (wants_grad(n->in[0]))
        avg_pool_real_grad(g, n);
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
    bind_mean(b, n->in[0], n->out[0], n->win.kh * n->win.kw, n->whole[POOL_OWN], n->whole[POOL_TFLITE]);
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
static bool avg_pool_fits_int8(const struct node *n)
{
    return overlaps(&n->win) <= (n->whole[POOL_INSIDE] ? 128 : 32767);
}

static bool avg_pool_integer(struct quantiser *q, struct node *n)
{
    struct val *y = n->out[0];
    bool own = mean_grid(q, n, n->win.kh * n->win.kw, y);
    if (own && n->whole[POOL_INSIDE]) { /* means of different counts, rescaled: of floats */
        y->scale = y->zero = 0;
        return false;
    }
    if (!own)
        return quantiser_keep(q, n, &op_avg_pool_int8);
    node_become(n, &op_avg_pool_int8);
    n->whole[POOL_OWN] = true;
    n->whole[POOL_TFLITE] = q->g->spec->precision.tflite_rounding;
    y->type = I8;
    quantiser_push(q, n);
    return true;
}

/* ---- avg_pool ---- */

static const struct constructor make_avg = {
    .name = "avg_pool",
    .inputs = 1,
    .attribute = {POOL_ATTRIBUTES, {"count_pad", ATTRIBUTE_FLAG, .value = 1}},
    .shape = avg_pool_shape,
};

const struct op op_avg_pool = {
    .name = "avg_pool",
    .in = {{"x", .rows = true}, {"plus", .rows = true, .optional = true}},
    .out = {{"y", .rows = true}},
    .inplace = 2,
    .plus = 2,
    .rows = pool_rows,
    .grad = avg_pool_grad,
    .bind = avg_pool_bind,
    .make = &make_avg,
    .setup = avg_pool_setup,
    .grid = GRID_SAME,
    .fits_int8 = avg_pool_fits_int8,
    .integer = avg_pool_integer,
};
