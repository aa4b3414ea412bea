/* SPDX-License-Identifier: MIT */
/* The largest of a window, of floats and of int8; keeps which one it was, where a gradient will want it.
 *
 *     max_pool     y, index        rows of y
 *     max_pool_dx  dx [+ plus]     rows of dx */
#include "ops/pool.h"

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
