/* SPDX-License-Identifier: MIT */
/* upsample: bilinear, half-pixel centres, edges clamped (PyTorch's align_corners = False); nearest neighbours are in
 * nearest.c. */
#include "ops/ops.h"
#include "integers/integers.h"

#include <stdlib.h>
#include <string.h>

/* Output row y of a map that grows from h to oh rows lies between source rows lo and hi.  In whole
 * numbers: its centre is at ((2 y + 1) h - oh) / (2 oh). */
static void taps(int h, int oh, int y, int *lo, int *hi)
{
    int64_t num = (int64_t)(2 * y + 1) * h - oh, den = 2 * (int64_t)oh;
    int64_t floor = num >= 0 ? num / den : -((-num + den - 1) / den);
    bool between = floor * den != num;
    *lo = floor < 0 ? 0 : floor > h - 1 ? h - 1 : (int)floor;
    *hi = !between ? *lo : floor + 1 > h - 1 ? h - 1 : (int)floor + 1;
}

static void upsample_rows(const struct node *n, int i, int y, int *lo, int *hi)
{
    if (i == 0)
        taps(n->in[0]->h, n->out[0]->h, y, lo, hi);
    else
        *lo = *hi = y;
}

/* The rows of dy that touched source row y.  They may be none, where a map shrinks. */
static void upsample_dx_rows(const struct node *n, int i, int y, int *lo, int *hi)
{
    if (i != 0) {
        *lo = *hi = y;
        return;
    }
    int h = n->out[0]->h, oh = n->in[0]->h, a, b, first = 0;
    while (first < oh && (taps(h, oh, first, &a, &b), b < y))
        first++;
    int last = first;
    while (last < oh && (taps(h, oh, last, &a, &b), a <= y))
        last++;
    *lo = first;
    *hi = last - 1;
}

static void upsample_bind(const struct node *n, struct bindings *b)
{
    bind_shape(b, n->in[0], n->out[0]);
    bind_flag(b, "has_plus", n->in[1] != NULL);
    b->label =
        arena_format(b->mem, "%dx%dx%d_%dx%d", n->in[0]->h, n->in[0]->w, n->in[0]->c, n->out[0]->h, n->out[0]->w);
}

static void upsample_dx_bind(const struct node *n, struct bindings *b)
{
    bind_shape(b, n->out[0], n->in[0]);
    bind_flag(b, "has_plus", n->in[1] != NULL);
    b->label =
        arena_format(b->mem, "%dx%dx%d_%dx%d", n->out[0]->h, n->out[0]->w, n->out[0]->c, n->in[0]->h, n->in[0]->w);
}

static const struct op op_upsample_dx = {
    .name = "upsample_dx",
    .in = {{"dy", .rows = true}, {"plus", .rows = true, .optional = true}},
    .out = {{"dx", .rows = true}},
    .inplace = 2,
    .plus = 2,
    .rows = upsample_dx_rows,
    .bind = upsample_dx_bind,
};

static void upsample_grad(struct graph *g, struct node *n)
{
    if (wants_grad(n->in[1]))
        grad_same(g, n->in[1], n->out[0]->grad, n);
    if (wants_grad(n->in[0]))
        grad_add(g, n->in[0], &op_upsample_dx, n)->in[0] = n->out[0]->grad;
}

static void upsample_shape(struct diag *d, struct layer *l)
{
    const struct setting *h = layer_setting(l, "h"), *w = layer_setting(l, "w");
    l->out = l->in[0];
    if (layer_setting(l, "like")->given && !h->given && !w->given)
        l->out = (struct shape){(int)layer_setting(l, "like")->number[0], (int)layer_setting(l, "like")->number[1],
                                l->in[0].c};
    else if (h->given && w->given)
        l->out = (struct shape){(int)h->number[0], (int)w->number[0], l->in[0].c};
    else
        diag_error(d, l->loc, "upsample", NULL, "upsample '%s' needs either 'like' or 'h' and 'w'", l->name);
}

static struct val *upsample_build(struct graph *g, const struct layer *l, struct val **in)
{
    bool nearest = strncmp(layer_setting(l, "mode")->word, "nearest", 7) == 0;
    struct node *n =
        node_add(g, nearest ? &op_nearest : &op_upsample, l->name, l->loc, val_new(g, l->name, l->out, F32));
    n->in[0] = in[0];
    return n->out[0];
}

static const struct constructor make_upsample = {
    .name = "upsample",
    .inputs = 1,
    .attribute = {{"like", ATTRIBUTE_LAYER},
                  {"h", ATTRIBUTE_INT},
                  {"w", ATTRIBUTE_INT},
                  {"mode", ATTRIBUTE_WORD, .words = "bilinear nearest"}},
    .shape = upsample_shape,
};

/* ---- integers ----
 *
 * Output row y is made of the source rows around start + step y, in units of 1 / den of a row; all three are whole
 * numbers.  Weights are then parts of den, for rows and for columns, and a pixel is a sum of int8 times parts by
 * den of rows * den of columns. */

struct scaling {
    int start, step, den;
};

static int divisor(int a, int b)
{
    return b ? divisor(b, a % b) : a;
}

static struct scaling scaling_of(int n, int on)
{
    int all = divisor(divisor(2 * n, 2 * on), n > on ? n - on : on - n);
    return (struct scaling){(n - on) / all, 2 * n / all, 2 * on / all};
}

/* The most that the parts of one source row in all output rows sum up to. */
static int64_t reach(int n, int on)
{
    struct scaling s = scaling_of(n, on);
    int64_t largest = 0;
    int64_t *sum = calloc((size_t)n + 1, sizeof *sum);
    for (int y = 0; sum && y < on; y++) {
        int64_t at = (int64_t)s.start + (int64_t)s.step * y;
        int64_t from = at > 0 ? at / s.den : 0, part = at > 0 && from < n - 1 ? at % s.den : 0;
        sum[from < n ? from : n - 1] += s.den - part;
        sum[from < n - 1 ? from + 1 : n] += part;
    }
    for (int i = 0; sum && i < n; i++)
        largest = sum[i] > largest ? sum[i] : largest;
    free(sum);
    return largest;
}

static bool upsample_fits_int8(const struct node *n)
{
    const struct val *x = n->in[0], *y = n->out[0];
    return (int64_t)scaling_of(x->h, y->h).den * scaling_of(x->w, y->w).den < 1 << 23;
}

static void bind_scaling(struct bindings *b, const struct val *x, const struct val *y)
{
    struct scaling rows = scaling_of(x->h, y->h), columns = scaling_of(x->w, y->w);
    bind_shape(b, x, y);
    bind_int(b, "start_y", rows.start);
    bind_int(b, "step_y", rows.step);
    bind_int(b, "den_y", rows.den);
    bind_int(b, "start_x", columns.start);
    bind_int(b, "step_x", columns.step);
    bind_int(b, "den_x", columns.den);
    b->label = arena_format(b->mem, "%dx%dx%d_%dx%d", x->h, x->w, x->c, y->h, y->w);
}

static void upsample_int8_bind(const struct node *n, struct bindings *b)
{
    bind_scaling(b, n->in[0], n->out[0]);
}

enum { UP_DY, UP_DY_RANGE, UP_PLUS, UP_PLUS_RANGE };

/* Sums of more than 30 bits are of int64, and lose `drop` of them. */
static void upsample_int8_dx_bind(const struct node *n, struct bindings *b)
{
    const struct val *x = n->out[0], *y = n->in[UP_DY];
    int64_t sum = reach(x->h, y->h) * reach(x->w, y->w) * 32768;
    int drop = 0;
    while (sum >> drop >= 1 << 30)
        drop++;
    bind_scaling(b, x, y);
    bind_int(b, "drop", drop);
    bind_text(b, "gtype", type_name(x->type));
    bind_flag(b, "has_plus", n->in[UP_PLUS] != NULL);
}

static const struct op op_upsample_int8_dx = {
    .name = "upsample_int8_dx",
    .in = {{"dy", .rows = true},
           {"dy_range"},
           {"plus", .rows = true, .optional = true},
           {"plus_range", .optional = true}},
    .out = {{"dx", .rows = true}, {"range"}},
    .inplace = 1 + UP_PLUS,
    .plus = 1 + UP_PLUS,
    .rows = upsample_dx_rows,
    .bind = upsample_int8_dx_bind,
};

static void upsample_int8_grad(struct graph *g, struct node *n)
{
    struct val *x = n->in[0], *dy = n->out[0]->grad;
    if (!wants_grad(x))
        return;
    if (dy->type == F32) {
        grad_add(g, x, &op_upsample_dx, n)->in[0] = dy;
        return;
    }
    struct node *d = grad_add(g, x, &op_upsample_int8_dx, n);
    d->in[UP_DY] = dy;
    d->in[UP_DY_RANGE] = dy->range;
    expect(d->out[0], dy->expected * dy->h * dy->w / (x->h * x->w));
}

static const struct op op_upsample_int8 = {
    .name = "upsample_int8",
    .in = {{"x", .rows = true}},
    .out = {{"y", .rows = true}},
    .rows = upsample_rows,
    .grad = upsample_int8_grad,
    .bind = upsample_int8_bind,
};

static bool upsample_integer(struct quantiser *q, struct node *n)
{
    return quantiser_keep(q, n, &op_upsample_int8);
}

const struct op op_upsample = {
    .name = "upsample",
    .in = {{"x", .rows = true}, {"plus", .rows = true, .optional = true}},
    .out = {{"y", .rows = true}},
    .inplace = 2,
    .plus = 2,
    .rows = upsample_rows,
    .grad = upsample_grad,
    .bind = upsample_bind,
    .make = &make_upsample,
    .build = upsample_build,
    .grid = GRID_SAME,
    .fits_int8 = upsample_fits_int8,
    .integer = upsample_integer,
};
