/* SPDX-License-Identifier: MIT */
/* Pixels with zeros between them, as upsample { mode = "zeros" } makes them: y[i * sh][j * sw] = x[i][j].  A convolution
 * behind it makes of the two what is called a transposed convolution.
 *
 *     sparse      y                         rows of y, of floats or int8 (whose zeros are the zero point)
 *     sparse_dx   dx = the elements of dy that were x [+ plus]    rows of dx; integer gradients go through floats */
#include "ops/ops.h"
#include "integers/integers.h"

static void sparse_rows(const struct node *n, int i, int y, int *lo, int *hi)
{
    int s = n->out[0]->h / n->in[0]->h;
    (void)i;
    *lo = (y + s - 1) / s;
    *hi = y / s;
}

static void sparse_dx_rows(const struct node *n, int i, int y, int *lo, int *hi)
{
    *lo = *hi = i == 0 ? y * (n->in[0]->h / n->out[0]->h) : y;
}

static void bind_sparse(struct bindings *b, const struct val *x, const struct val *y)
{
    bind_shape(b, x, y);
    bind_int(b, "sh", y->h / x->h);
    bind_int(b, "sw", y->w / x->w);
    b->label = arena_format(b->mem, "%dx%dx%d_%dx%d", x->h, x->w, x->c, y->h, y->w);
}

static void sparse_bind(const struct node *n, struct bindings *b)
{
    bind_sparse(b, n->in[0], n->out[0]);
    bind_text(b, "element", n->in[0]->type == I8 ? "int8_t" : "float");
    bind_int(b, "fill", n->in[0]->zero);
}

static void sparse_dx_bind(const struct node *n, struct bindings *b)
{
    bind_sparse(b, n->out[0], n->in[0]);
    bind_flag(b, "has_plus", n->in[1] != NULL);
}

static const struct op op_sparse_dx = {
    .name = "sparse_dx",
    .in = {{"dy", .rows = true}, {"plus", .rows = true, .optional = true}},
    .out = {{"dx", .rows = true}},
    .inplace = 2,
    .plus = 2,
    .rows = sparse_dx_rows,
    .bind = sparse_dx_bind,
};

static void sparse_grad(struct graph *g, struct node *n)
{
    if (wants_grad(n->in[0]))
        grad_in_floats(g, n->in[0], &op_sparse_dx, n->out[0]->grad, n);
}

static const struct op op_sparse_int8 = {
    .name = "sparse_int8",
    .template = "sparse",
    .in = {{"x", .rows = true}},
    .out = {{"y", .rows = true}},
    .rows = sparse_rows,
    .grad = sparse_grad,
    .bind = sparse_bind,
};

static bool sparse_integer(struct quantiser *q, struct node *n)
{
    return quantiser_keep(q, n, &op_sparse_int8);
}

const struct op op_sparse = {
    .name = "sparse",
    .in = {{"x", .rows = true}},
    .out = {{"y", .rows = true}},
    .rows = sparse_rows,
    .grad = sparse_grad,
    .bind = sparse_bind,
    .grid = GRID_SAME,
    .integer = sparse_integer,
};
