/* SPDX-License-Identifier: MIT */
/* Nearest neighbours, as upsample { mode = "nearest" } makes them: y[i][j] = x[i * h / oh][j * w / ow], rounded down.
 *
 *     nearest      y        rows of y, of floats or int8
 *     nearest_dx   dx = the sum of dy over the pixels that x became    rows of dx; integer gradients go through floats */
#include "ops/ops.h"
#include "integers/integers.h"

static void nearest_rows(const struct node *n, int i, int y, int *lo, int *hi)
{
    (void)i;
    *lo = *hi = (int)((int64_t)y * n->in[0]->h / n->out[0]->h);
}

/* The first output row that is made of source row y, or of one behind it. */
static int first_of(int h, int oh, int y)
{
    return (int)(((int64_t)y * oh + h - 1) / h);
}

static void nearest_dx_rows(const struct node *n, int i, int y, int *lo, int *hi)
{
    int h = n->out[0]->h, oh = n->in[0]->h;
    (void)i;
    *lo = first_of(h, oh, y);
    *hi = first_of(h, oh, y + 1) - 1;
}

static void nearest_label(struct bindings *b, const struct val *x, const struct val *y)
{
    bind_shape(b, x, y);
    b->label = arena_format(b->mem, "%dx%dx%d_%dx%d", x->h, x->w, x->c, y->h, y->w);
}

static void nearest_bind(const struct node *n, struct bindings *b)
{
    nearest_label(b, n->in[0], n->out[0]);
    bind_text(b, "element", n->in[0]->type == I8 ? "int8_t" : "float");
}

static void nearest_dx_bind(const struct node *n, struct bindings *b)
{
    nearest_label(b, n->out[0], n->in[0]);
}

static const struct op op_nearest_dx = {
    .name = "nearest_dx",
    .in = {{"dy", .rows = true}},
    .out = {{"dx", .rows = true}},
    .rows = nearest_dx_rows,
    .bind = nearest_dx_bind,
};

static void nearest_grad(struct graph *g, struct node *n)
{
    if (wants_grad(n->in[0]))
        grad_in_floats(g, n->in[0], &op_nearest_dx, n->out[0]->grad, n);
}

static const struct op op_nearest_int8 = {
    .name = "nearest_int8",
    .template = "nearest",
    .in = {{"x", .rows = true}},
    .out = {{"y", .rows = true}},
    .rows = nearest_rows,
    .grad = nearest_grad,
    .bind = nearest_bind,
};

static bool nearest_integer(struct quantiser *q, struct node *n)
{
    return quantiser_keep(q, n, &op_nearest_int8);
}

const struct op op_nearest = {
    .name = "nearest",
    .in = {{"x", .rows = true}},
    .out = {{"y", .rows = true}},
    .rows = nearest_rows,
    .grad = nearest_grad,
    .bind = nearest_bind,
    .grid = GRID_SAME,
    .integer = nearest_integer,
};
