/* SPDX-License-Identifier: MIT */
/* upsample: bilinear, half-pixel centres, edges clamped (PyTorch's align_corners = False), or aligned otherwise; nearest
 * neighbours are in nearest.c, pixels between zeros in sparse.c. */
#include "ops/ops.h"
#include "integers/integers.h"

#include <stdlib.h>
#include <string.h>

/* Output row y lies at (start + step y) / den of x, or at 0 where that is less. */
struct scaling {
    int start, step, den;
};

enum alignment { ALIGN_CENTRES, ALIGN_CORNERS, ALIGN_EDGES };

/* From n rows to on: with the centres of the outer pixels' edges in common, the centres of the outer pixels, or only
 * the outer edges at the top (y n / on). */
static struct scaling scaling_of(int n, int on, int align)
{
    if (align == ALIGN_CORNERS && n > 1)
        return on > 1 ? (struct scaling){0, n - 1, on - 1} : (struct scaling){0, 1, 1};
    return align == ALIGN_EDGES ? (struct scaling){0, n, on} : (struct scaling){n - on, 2 * n, 2 * on};
}

/* Output row y of a map that grows from h to oh rows lies between source rows lo and hi. */
static void taps(int h, int oh, int align, int y, int *lo, int *hi)
{
    struct scaling s = scaling_of(h, oh, align);
    int64_t at = s.start + (int64_t)s.step * y;
    at = at > 0 ? at : 0;
    *lo = at / s.den > h - 1 ? h - 1 : (int)(at / s.den);
    *hi = at % s.den && *lo < h - 1 ? *lo + 1 : *lo;
}

static void upsample_rows(const struct node *n, int i, int y, int *lo, int *hi)
{
    if (i == 0)
        taps(n->in[0]->h, n->out[0]->h, n->whole[0], y, lo, hi);
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
    int h = n->out[0]->h, oh = n->in[0]->h, align = n->whole[0], a, b, first = 0;
    while (first < oh && (taps(h, oh, align, first, &a, &b), b < y))
        first++;
    int last = first;
    while (last < oh && (taps(h, oh, align, last, &a, &b), a <= y))
        last++;
    *lo = first;
    *hi = last - 1;
}

static void bind_maps(const struct node *n, struct bindings *b, const struct val *x, const struct val *y,
                      struct scaling rows, struct scaling columns)
{
    int align = n->whole[0];
    bind_shape(b, x, y);
    bind_int(b, "start_y", rows.start);
    bind_int(b, "step_y", rows.step);
    bind_int(b, "den_y", rows.den);
    bind_int(b, "start_x", columns.start);
    bind_int(b, "step_x", columns.step);
    bind_int(b, "den_x", columns.den);
    bind_text(b, "align", align == ALIGN_CORNERS ? "corners" : align == ALIGN_EDGES ? "edges" : "centres");
    b->label = arena_format(b->mem, "%dx%dx%d_%dx%d%s", x->h, x->w, x->c, y->h, y->w,
                            align == ALIGN_CORNERS ? "_corners"
                            : align == ALIGN_EDGES ? "_edges"
                                                   : "");
}

static void bind_floats(const struct node *n, struct bindings *b, const struct val *x, const struct val *y)
{
    int align = n->whole[0];
    bind_maps(n, b, x, y, scaling_of(x->h, y->h, align), scaling_of(x->w, y->w, align));
    bind_flag(b, "has_plus", n->in[1] != NULL);
}

static void upsample_bind(const struct node *n, struct bindings *b)
{
    bind_floats(n, b, n->in[0], n->out[0]);
}

/* dy may be of integers, so that they need no map of floats. */
static void upsample_dx_bind(const struct node *n, struct bindings *b)
{
    bind_floats(n, b, n->out[0], n->in[0]);
    bind_text(b, "gtype", type_name(n->in[0]->type));
}

static const struct op op_upsample_dx = {
    .name = "upsample_dx",
    .in = {{"dy", .rows = true}, {"plus", .rows = true, .optional = true}, {"range", .optional = true}},
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
    if (!wants_grad(n->in[0]))
        return;
    struct node *d = grad_add(g, n->in[0], &op_upsample_dx, n);
    struct val *dy = n->out[0]->grad, *integers = integers_of(dy);
    d->in[0] = integers ? integers : dy;
    d->in[2] = d->in[0]->range;
    d->whole[0] = n->whole[0];
}

static bool is_mode(const struct layer *l, const char *word)
{
    return !strncmp(layer_setting(l, "mode")->word, word, strlen(word));
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
    if (is_mode(l, "zeros") && (l->out.h % l->in[0].h || l->out.w % l->in[0].w))
        diag_error(d, l->loc, "mode", NULL,
                   "upsample '%s': with zeros between, %d x %d is no whole multiple of %d x %d", l->name, l->out.h,
                   l->out.w, l->in[0].h, l->in[0].w);
    if (layer_setting(l, "align")->given && !is_mode(l, "bilinear"))
        diag_error(d, l->loc, "align", NULL, "upsample '%s': only bilinear resizing has an 'align'", l->name);
}

static struct val *upsample_build(struct graph *g, const struct layer *l, struct val **in)
{
    const struct op *op = is_mode(l, "nearest") ? &op_nearest : is_mode(l, "zeros") ? &op_sparse : &op_upsample;
    const char *align = layer_setting(l, "align")->word;
    struct node *n = node_add(g, op, l->name, l->loc, val_new(g, l->name, l->out, F32));
    n->in[0] = in[0];
    n->whole[0] = !strncmp(align, "corners", 7) ? ALIGN_CORNERS
                  : !strncmp(align, "edges", 5) ? ALIGN_EDGES
                                                : ALIGN_CENTRES;
    return n->out[0];
}

static const struct constructor make_upsample = {
    .name = "upsample",
    .inputs = 1,
    .attribute = {{"like", ATTRIBUTE_LAYER},
                  {"h", ATTRIBUTE_INT},
                  {"w", ATTRIBUTE_INT},
                  {"mode", ATTRIBUTE_WORD, .words = "bilinear nearest zeros"},
                  {"align", ATTRIBUTE_WORD, .words = "centres corners edges"}},
    .shape = upsample_shape,
};

/* ---- integers ----
 *
 * Output row y is made of the source rows around start + step y, in units of 1 / den of a row; all three are whole
 * numbers.  Weights are then parts of den, for rows and for columns, and a pixel is a sum of int8 times parts by
 * den of rows * den of columns. */

static int divisor(int a, int b)
{
    return b ? divisor(b, a % b) : a;
}

static struct scaling lowest(int n, int on, int align)
{
    struct scaling s = scaling_of(n, on, align);
    int all = divisor(divisor(s.step, s.den), abs(s.start));
    return (struct scaling){s.start / all, s.step / all, s.den / all};
}

/* The most that the parts of one source row in all output rows sum up to. */
static int64_t reach(int n, int on, int align)
{
    struct scaling s = lowest(n, on, align);
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
    return (int64_t)lowest(x->h, y->h, n->whole[0]).den * lowest(x->w, y->w, n->whole[0]).den < 1 << 23;
}

static void bind_integers(const struct node *n, struct bindings *b, const struct val *x, const struct val *y)
{
    bind_maps(n, b, x, y, lowest(x->h, y->h, n->whole[0]), lowest(x->w, y->w, n->whole[0]));
}

static void upsample_int8_bind(const struct node *n, struct bindings *b)
{
    bind_integers(n, b, n->in[0], n->out[0]);
}

enum { UP_DY, UP_DY_RANGE, UP_PLUS, UP_PLUS_RANGE };

/* Sums of more than 30 bits are of int64, and lose `drop` of them. */
static void upsample_int8_dx_bind(const struct node *n, struct bindings *b)
{
    const struct val *x = n->out[0], *y = n->in[UP_DY];
    int64_t sum = reach(x->h, y->h, n->whole[0]) * reach(x->w, y->w, n->whole[0]) * 32768;
    int drop = 0;
    while (sum >> drop >= 1 << 30)
        drop++;
    bind_integers(n, b, x, y);
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
    struct node *d = grad_add(g, x, dy->type == F32 ? &op_upsample_dx : &op_upsample_int8_dx, n);
    d->whole[0] = n->whole[0];
    d->in[UP_DY] = dy;
    if (dy->type == F32)
        return;
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
