/* SPDX-License-Identifier: MIT */
/* Pools.
 *
 *     avg_pool      mean over a window; zeros of the padding count, as PyTorch has it, or not (count_pad = false)
 *     max_pool      largest of a window; keeps which one it was, where a gradient will want it
 *     global_pool   mean over the whole map; accumulates over rows                              */
#include "ops/int8.h"

#include <stddef.h>

static void pool_rows(const struct node *n, int i, int y, int *lo, int *hi)
{
    if (i == 0)
        window_rows(&n->win, n->in[0]->h, y, lo, hi);
    else
        *lo = *hi = y;
}

static void pool_dx_rows(const struct node *n, int i, int y, int *lo, int *hi)
{
    if (n->op->plus != 1 + i)
        window_rows_transposed(&n->win, n->in[0]->h, y, lo, hi);
    else
        *lo = *hi = y;
}

static void pool_label(struct bindings *b, const struct node *n, const struct val *in)
{
    b->label = arena_format(b->mem, "k%dx%d_%dx%dx%d", n->win.kh, n->win.kw, in->h, in->w, in->c);
}

static void pool_shape(struct diag *d, struct layer *l)
{
    struct window w = window_of(l, &l->in[0], &l->out);
    l->out.c = l->in[0].c;
    if (w.top >= w.kh || w.left >= w.kw)
        diag_error(d, l->loc, "pad", NULL, "%s '%s': the padding is as large as the window", l->make->name, l->name);
    else
        window_refuse_blind(d, l);
}

static void pool_setup(struct graph *g, struct node *n, const struct layer *l)
{
    struct shape out;
    (void)g;
    n->win = window_of(l, &l->in[0], &out);
}

#define POOL_ATTRIBUTES                                                                                                \
    {"k", ATTRIBUTE_PAIR, .required = true}, {"s", ATTRIBUTE_PAIR, .value = 0},                                        \
    {                                                                                                                  \
        "pad", ATTRIBUTE_PAD, .value = 0                                                                               \
    }

/* What sees nothing but padding has a mean of 0, if that counts, but no largest element. */
static bool sees_padding_alone(const struct layer *l)
{
    struct shape out;
    struct window w = window_of(l, &l->in[0], &out);
    return w.top < w.kh && w.left < w.kw &&
           ((out.h - 1) * w.sh - w.top >= l->in[0].h || (out.w - 1) * w.sw - w.left >= l->in[0].w);
}

static void refuse_padding_alone(struct diag *d, const struct layer *l)
{
    if (sees_padding_alone(l))
        diag_error(d, l->loc, "pad", NULL, "%s '%s': its last window would see nothing but padding", l->make->name,
                   l->name);
}

/* ---- avg_pool ---- */

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

void avg_pool_label(const struct node *n, struct bindings *b, const struct val *x)
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

const struct op op_avg_pool_dx = {
    .name = "avg_pool_dx",
    .in = {{"dy", .rows = true}, {"plus", .rows = true, .optional = true}},
    .out = {{"dx", .rows = true}},
    .inplace = 2,
    .plus = 2,
    .rows = pool_dx_rows,
    .bind = avg_pool_dx_bind,
};

void avg_pool_real_grad(struct graph *g, struct node *n)
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

/* ---- max_pool ---- */

/* Bits of a place in a window: 1, 2, 4 or 8, so that none lies across two bytes. */
static int index_bits(const struct node *n)
{
    int places = n->win.kh * n->win.kw;
    return places <= 2 ? 1 : places <= 4 ? 2 : places <= 16 ? 4 : 8;
}

static void max_pool_bind(const struct node *n, struct bindings *b)
{
    bind_shape(b, n->in[0], n->out[0]);
    bind_window(b, &n->win);
    bind_text(b, "xtype", type_name(n->in[0]->type));
    bind_flag(b, "has_index", n->out[1] != NULL);
    bind_int(b, "index_bits", index_bits(n));
    pool_label(b, n, n->in[0]);
}

enum { MAX_DY, MAX_INDEX, MAX_PLUS, MAX_PLUS_RANGE, MAX_DY_RANGE };

static void max_pool_dx_bind(const struct node *n, struct bindings *b)
{
    bind_shape(b, n->out[0], n->in[MAX_DY]);
    bind_window(b, &n->win);
    bind_text(b, "gtype", type_name(n->out[0]->type));
    bind_flag(b, "has_plus", n->in[MAX_PLUS] != NULL);
    bind_int(b, "index_bits", index_bits(n));
    pool_label(b, n, n->out[0]);
}

static const struct op op_max_pool_dx = {
    .name = "max_pool_dx",
    .in = {{"dy", .rows = true},
           {"index", .rows = true},
           {"plus", .rows = true, .optional = true},
           {"plus_range", .optional = true},
           {"dy_range", .optional = true}},
    .out = {{"dx", .rows = true}, {"range", .optional = true}},
    .inplace = 1 + MAX_PLUS,
    .plus = 1 + MAX_PLUS,
    .rows = pool_dx_rows,
    .bind = max_pool_dx_bind,
};

static void max_pool_grad(struct graph *g, struct node *n)
{
    if (!wants_grad(n->in[0]))
        return;
    struct val *y = n->out[0];
    struct val *index = n->out[1] =
        val_new(g, arena_format(g->mem, "%s.index", y->name), (struct shape){y->h, y->w, y->c * index_bits(n)}, BITS);
    index->def = n;
    struct node *d = grad_add(g, n->in[0], &op_max_pool_dx, n);
    d->in[MAX_DY] = y->grad;
    d->in[MAX_INDEX] = index;
    d->in[MAX_DY_RANGE] = y->grad->range;
    expect(d->out[0], y->grad->expected);
}

static void max_pool_shape(struct diag *d, struct layer *l)
{
    const struct setting *k = layer_setting(l, "k");
    pool_shape(d, l);
    refuse_padding_alone(d, l);
    if (k->number[0] * k->number[1] > 256)
        diag_error(d, l->loc, "k", NULL, "max_pool '%s': a window has at most 256 elements", l->name);
}

static const struct constructor make_max = {
    .name = "max_pool", .inputs = 1, .attribute = {POOL_ATTRIBUTES}, .shape = max_pool_shape};

static bool max_pool_integer(struct quantiser *q, struct node *n)
{
    return quantiser_keep(q, n, n->op);
}

const struct op op_max_pool = {
    .name = "max_pool",
    .in = {{"x", .rows = true}},
    .out = {{"y", .rows = true}, {"index", .rows = true, .optional = true}},
    .rows = pool_rows,
    .grad = max_pool_grad,
    .bind = max_pool_bind,
    .make = &make_max,
    .setup = pool_setup,
    .grid = GRID_SAME,
    .integer = max_pool_integer,
};

/* ---- global_pool ---- */

static void global_pool_bind(const struct node *n, struct bindings *b)
{
    bind_elements(b, n->in[0]);
}

static void global_pool_dx_bind(const struct node *n, struct bindings *b)
{
    bind_elements(b, n->out[0]);
    bind_flag(b, "has_plus", n->in[1] != NULL);
}

const struct op op_global_pool_dx = {
    .name = "global_pool_dx",
    .in = {{"dy"}, {"plus", .rows = true, .optional = true}},
    .out = {{"dx", .rows = true}},
    .inplace = 2,
    .plus = 2,
    .bind = global_pool_dx_bind,
};

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
