/* SPDX-License-Identifier: MIT */
/* The gradients of convolutions of floats.
 *
 *     conv_dx, dwconv_dx  dx = transpose of the convolution [+ plus]   rows of dx
 *     conv_dw, dwconv_dw  dw = sum over rows of dy of x (x) dy         accumulates
 *     bound               a number no smaller than any element of a dw, before that is made:
 *                         bound[0] = (sum of |dy|) * (sum of |x| under its windows)      accumulates
 *
 * Weights of conv that do not learn have a transposed copy for conv_dx; what learns has only one.  dwconv_dx reads the same
 * weights, taps reversed. */
#include "convolution/convolution.h"
#include "integers/integers.h"

enum { DW_FROM_DY = DW_X + 1, DW_FROM_X };

/* dwconv_dx has no channels to name. */
#define CONVOLUTION_DX_ARGS                                                                                            \
    {                                                                                                                  \
        {"dy", .rows = true}, {"w"}, {"scale", .optional = true},                                                      \
        {                                                                                                              \
            "plus", .rows = true, .optional = true                                                                     \
        }                                                                                                              \
    }
#define CONV_DX_ARGS                                                                                                   \
    {                                                                                                                  \
        {"dy", .rows = true, .index = 1 + DX_FROM}, {"w"}, {"scale", .optional = true},                                \
            {"plus", .rows = true, .optional = true}, {"from", .optional = true},                                      \
        {                                                                                                              \
            "to", .optional = true                                                                                     \
        }                                                                                                              \
    }
#define DWCONV_DW_ARGS                                                                                                 \
    {                                                                                                                  \
        {"dy", .rows = true},                                                                                          \
        {                                                                                                              \
            "x", .rows = true                                                                                          \
        }                                                                                                              \
    }
#define CONV_DW_ARGS                                                                                                   \
    {                                                                                                                  \
        {"dy", .rows = true, .index = 1 + DW_FROM_DY}, {"x", .rows = true, .index = 1 + DW_FROM_X},                    \
            {"from_dy", .optional = true},                                                                             \
        {                                                                                                              \
            "from_x", .optional = true                                                                                 \
        }                                                                                                              \
    }

/* ---- which rows a row needs ---- */

static void convolution_dx_rows(const struct node *n, int i, int y, int *lo, int *hi)
{
    if (i == DX_DY)
        window_rows_transposed(&n->win, n->in[DX_DY]->h, y, lo, hi);
    else
        *lo = *hi = y;
}

static void convolution_dw_rows(const struct node *n, int i, int y, int *lo, int *hi)
{
    if (i == DW_X)
        window_rows(&n->win, n->in[DW_X]->h, y, lo, hi);
    else
        *lo = *hi = y;
}

/* ---- templates ---- */

static void convolution_dx_bind(const struct node *n, struct bindings *b)
{
    struct val dx = node_output(n, 0), dy = node_input(n, DX_DY);
    convolution_bind_shape(n, b, &dx, &dy);
    bind_text(b, "wtype", type_name(n->in[DX_W]->type));
    bind_flag(b, "transposed", n->in[DX_W]->content == CONTENT_TRANSPOSED);
    bind_flag(b, "has_plus", n->in[DX_PLUS] != NULL);
    if (n->in[DX_PLUS])
        b->label = arena_format(b->mem, "%s_plus", b->label);
}

static void conv_dx_bind(const struct node *n, struct bindings *b)
{
    convolution_dx_bind(n, b);
    bind_channels(b, n, "from", DX_FROM, n->in[DX_DY]);
    bind_channels(b, n, "to", DX_TO, n->out[0]);
}

/* A large weight gradient is made in parts, so that not all of it need exist at once: ranges of taps
 * (group, row, column) or, of a 1x1 convolution, of input channels. */
struct part {
    int tap0, tap1, in0, in1;
};

/* The part that a conv_dw node makes, from its output's place in the whole. */
static struct part part_of(const struct node *n)
{
    const struct param *p = n->out[0]->param;
    int taps = n->win.groups * p->shape[2] * p->shape[3], ins = p->shape[1];
    int each = p->shape[0] / n->win.groups, rows = n->out[0]->c / each, row0 = n->out[0]->first / each;
    if (taps == 1)
        return (struct part){0, 1, row0, row0 + rows};
    return (struct part){row0 / ins, (row0 + rows) / ins, 0, ins};
}

static void convolution_dw_bind(const struct node *n, struct bindings *b)
{
    struct part part = part_of(n);
    struct val x = node_input(n, DW_X), dy = node_input(n, DW_DY);
    convolution_bind_shape(n, b, &x, &dy);
    bind_int(b, "tap0", part.tap0);
    bind_int(b, "tap1", part.tap1);
    bind_int(b, "in0", part.in0);
    bind_int(b, "in1", part.in1);
    if (n->out[0]->c != n->out[0]->param->count)
        b->label = arena_format(b->mem, "%s_part%d", b->label, n->out[0]->first);
    bind_flag(b, "keep", n->out[0]->role == ROLE_STATE);
}

/* Of which channels the gradient is, where an index names those of dy, or of x. */
static void bind_from(const struct node *n, struct bindings *b)
{
    bind_channels(b, n, "from_dy", DW_FROM_DY, n->in[DW_DY]);
    bind_channels(b, n, "from_x", DW_FROM_X, n->in[DW_X]);
}

static void conv_dw_bind(const struct node *n, struct bindings *b)
{
    convolution_dw_bind(n, b);
    bind_from(n, b);
}

/* ---- the operators ---- */

/* Weights that are turned in the kernel: all, if they are few (conv_dx.c.tpl); or a panel (tile.c.tpl) and the product that reads it. */
static int conv_dx_vector_stack(const struct node *n)
{
    enum { MOST = 12288, PANEL = 128 * 2 * 16, PRODUCT_BYTES = 192 };
    if (n->in[DX_W]->content == CONTENT_TRANSPOSED)
        return 0;
    bool few = n->win.kh * n->win.kw > 1 && n->in[DX_W]->param->count <= MOST;
    return 4 * (few ? MOST : PANEL) + PRODUCT_BYTES;
}

static int conv_dx_stack(const struct node *n)
{
    return channels_stack(n, 4 * n->win.kh, DX_FROM, DX_TO);
}

/* Addresses of rows whose products are one (conv_dw.c.tpl). */
static int conv_dw_stack(const struct node *n)
{
    const struct val *dw = n->out[0];
    bool merged = n->win.groups == 1 && n->win.dw == 1 && dw->c == dw->param->count;
    bool gathers = n->in[DW_FROM_DY] || n->in[DW_FROM_X];
    return channels_stack(n, (merged || n->win.kh * n->win.kw == 1) && !gathers ? 4 : 4 * 8, DW_FROM_DY, DW_FROM_X);
}

const struct op op_conv_dx = {
    .name = "conv_dx",
    .in = CONV_DX_ARGS,
    .out = {{"dx", .rows = true, .index = 1 + DX_TO}},
    .inplace = 1 + DX_PLUS,
    .plus = 1 + DX_PLUS,
    .rows = convolution_dx_rows,
    .macs = convolution_dx_macs,
    .bind = conv_dx_bind,
    .stack = conv_dx_stack,
    .vector_stack = conv_dx_vector_stack,
};

static const struct op op_conv_dw = {
    .name = "conv_dw",
    .in = CONV_DW_ARGS,
    .out = {{"dw"}},
    .stepping = STEP_ACCUMULATE,
    .rows = convolution_dw_rows,
    .macs = convolution_dw_macs,
    .bind = conv_dw_bind,
    .stack = conv_dw_stack,
};

const struct op op_dwconv_dx = {
    .name = "dwconv_dx",
    .in = CONVOLUTION_DX_ARGS,
    .out = {{"dx", .rows = true}},
    .inplace = 1 + DX_PLUS,
    .plus = 1 + DX_PLUS,
    .rows = convolution_dx_rows,
    .macs = convolution_dx_macs,
    .bind = convolution_dx_bind,
};

static const struct op op_dwconv_dw = {
    .name = "dwconv_dw",
    .in = DWCONV_DW_ARGS,
    .out = {{"dw"}},
    .stepping = STEP_ACCUMULATE,
    .rows = convolution_dw_rows,
    .macs = convolution_dw_macs,
    .bind = convolution_dw_bind,
};

/* A large gradient is applied part by part as it is made, but a tensor whose gradient is not finite must
 * keep all its values.  If the bound is finite, every part is; it may overflow where the gradient would
 * not, at sizes (1e38) that no training comes back from. */
static void bound_bind(const struct node *n, struct bindings *b)
{
    struct val x = node_input(n, DW_X), dy = node_input(n, DW_DY);
    bind_shape(b, &x, &dy);
    bind_window(b, &n->win);
    b->label = arena_format(b->mem, "%dx%dx%d_%dx%dx%d", x.h, x.w, x.c, dy.h, dy.w, dy.c);
    bind_from(n, b);
}

static const struct op op_bound = {
    .name = "bound",
    .in = CONV_DW_ARGS,
    .out = {{"bound"}},
    .stepping = STEP_ACCUMULATE,
    .rows = convolution_dw_rows,
    .bind = bound_bind,
};

/* ---- the rule ---- */

/* ---- gradients ---- */

enum { PART_BYTES = 16 * 1024 };

/* In parts only where nothing needs the whole: not for a batch (its sum lives in the net), not to be clipped. */
static int gradient_parts(const struct graph *g, const struct node *n, const struct val *w)
{
    const struct train *t = &g->spec->train;
    int taps = n->win.groups * n->win.kh * n->win.kw;
    int units = taps == 1 ? w->param->shape[1] : taps;                              /* not to be divided further */
    const struct param *whole = w->param->slice_of ? w->param->slice_of : w->param; /* of which no part is smaller */
    int64_t parts = (4 * whole->count + PART_BYTES - 1) / PART_BYTES;
    if (w->content != CONTENT_CONV || t->batch > 1 || t->clip > 0)
        return 1;
    return parts < units ? (int)parts : units;
}

/* What is made of integers is finite. */
static bool made_of_integers(const struct val *v)
{
    return v->def && v->def->in[0]->type != F32;
}

/* Where the i-th of so many parts ends; kernels of integers take four inputs at a time. */
static int part_end(int units, int i, int parts, bool fours)
{
    int end = (int)((int64_t)units * i / parts);
    return fours && units >= 4 * parts && i < parts ? (end + 3) / 4 * 4 : end;
}

static void weight_grad(struct graph *g, struct node *n, struct val *w, const struct op *dw)
{
    struct val *x = n->in[X], *dy = n->out[0]->grad;
    bool mixed = mixed_weight_grad(g, n);
    int parts = gradient_parts(g, n, w);
    int units = n->win.groups * n->win.kh * n->win.kw == 1 ? w->param->shape[1] : n->win.groups * n->win.kh * n->win.kw;
    int64_t each = w->param->count / units;
    bool finite = g->spec->precision.gradient != GRADIENT_FLOAT32 && made_of_integers(x);
    if (parts > 1 && !finite) { /* tells before the first part is applied whether all will be finite */
        struct node *b =
            node_add(g, &op_bound, n->name, n->loc,
                     val_new(g, arena_format(g->mem, "%s.bound", w->param->name), (struct shape){1, 1, 2}, F32));
        b->win = n->win;
        b->in[DW_DY] = dy;
        b->in[DW_X] = x;
        w->bound = b->out[0];
    }
    for (int i = 0; i < parts; i++) {
        int from = part_end(units, i, parts, mixed), to = part_end(units, i + 1, parts, mixed);
        struct node *d = grad_param(g, w, mixed ? &op_conv_int8_dw : dw, n);
        d->out[0]->first = (int)(from * each);
        d->out[0]->c = (int)((to - from) * each);
        if (parts > 1)
            d->out[0]->name = arena_format(g->mem, "%s.part%d", d->out[0]->name, i + 1);
        d->in[DW_DY] = mixed ? integers_of(dy) : dy;
        d->in[DW_X] = mixed ? integers_of(x) : x;
        d->in[DW_RANGE] = mixed ? d->in[DW_DY]->range : NULL;
    }
}

void convolution_grad(struct graph *g, struct node *n)
{
    bool mixes = n->op->weights == CONTENT_CONV;
    struct val *x = n->in[X], *w = n->in[W], *dy = n->out[0]->grad;
    if (wants_grad(n->in[B])) {
        struct node *d = grad_param(g, n->in[B], &op_bias_grad, n);
        d->in[0] = dy;
    }
    if (wants_grad(w))
        weight_grad(g, n, w, mixes ? &op_conv_dw : &op_dwconv_dw);
    if (wants_grad(n->in[PLUS]))
        grad_same(g, n->in[PLUS], dy, n);
    if (wants_grad(x) && !(mixes && mixed_input_grad(g, n))) {
        struct node *d = grad_add(g, x, mixes ? &op_conv_dx : &op_dwconv_dx, n);
        bool copy = w->role == ROLE_FROZEN && w->content == CONTENT_CONV;
        d->in[DX_DY] = dy;
        d->in[DX_W] = copy ? param_val(g, w->param, CONTENT_TRANSPOSED, w->type) : w;
        d->in[DX_SCALE] = n->in[SCALE];
    }
    if (mixes)
        mixed_forward(n);
}
