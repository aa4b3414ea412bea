/* SPDX-License-Identifier: MIT */
/* A stretch of the channels of a map: y[i] = x[first + i], and 0 where x has no such channel.  So it is a slice, a pad
 * of channels, and the gradient of both.
 *
 *     channels       y = x[first ..] [+ plus]      rows
 *     channels_int8  the same of int8, filled with the zero point    rows; integer gradients go through floats */
#include "ops/ops.h"
#include "integers/integers.h"

#include <math.h>
#include <stdlib.h>

static void channels_bind(const struct node *n, struct bindings *b)
{
    const struct val *x = n->in[0], *y = n->out[0];
    int first = n->whole[0];
    bind_shape(b, x, y);
    bind_int(b, "first", first);
    bind_int(b, "fill", x->zero);
    b->label =
        arena_format(b->mem, "%dx%dx%d_%s%d_of_%d", y->h, y->w, y->c, first < 0 ? "before" : "from", abs(first), x->c);
}

static void channels_grad(struct graph *g, struct node *n)
{
    if (wants_grad(n->in[1]))
        grad_same(g, n->in[1], n->out[0]->grad, n);
    if (wants_grad(n->in[0]))
        grad_in_floats(g, n->in[0], &op_channels, n->out[0]->grad, n)->whole[0] = -n->whole[0];
}

static const struct op op_channels_int8 = {
    .name = "channels_int8",
    .in = {{"x", .rows = true}},
    .out = {{"y", .rows = true}},
    .grad = channels_grad,
    .bind = channels_bind,
};

static bool channels_integer(struct quantiser *q, struct node *n)
{
    return quantiser_keep(q, n, &op_channels_int8);
}

/* ---- the constructor ---- */

static void channels_shape(struct diag *d, struct layer *l)
{
    double first = layer_setting(l, "first")->number[0];
    int c = l->in[0].c;
    l->out = l->in[0];
    l->out.c = (int)layer_setting(l, "out")->number[0];
    if (first != floor(first) || first <= -l->out.c || first >= c)
        diag_error(d, l->loc, "first", "channels are counted from 0; below 0 and behind the last they are zeros",
                   "channels '%s': %d from %g on are none of %d", l->name, l->out.c, first, c);
}

static void channels_setup(struct graph *g, struct node *n, const struct layer *l)
{
    (void)g;
    n->whole[0] = (int)layer_setting(l, "first")->number[0];
}

static const struct constructor make_channels = {
    .name = "channels",
    .inputs = 1,
    .attribute = {{"out", ATTRIBUTE_INT, .required = true}, {"first", ATTRIBUTE_NUMBER}},
    .shape = channels_shape,
};

const struct op op_channels = {
    .name = "channels",
    .in = {{"x", .rows = true}, {"plus", .rows = true, .optional = true}},
    .out = {{"y", .rows = true}},
    .inplace = 2,
    .plus = 2,
    .grad = channels_grad,
    .bind = channels_bind,
    .make = &make_channels,
    .setup = channels_setup,
    .grid = GRID_SAME,
    .integer = channels_integer,
};
