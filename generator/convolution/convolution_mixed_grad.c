/* SPDX-License-Identifier: MIT */
/* 1x1 convolutions of weights that learn, floats, in a network of integers: the map that the weights meet is of int8, dy of
 * integers, and neither becomes a map of floats first.
 *
 *     conv_int      y = x * w + b [+ plus]                       rows of y, of floats; weights become int16
 *     conv_int8_dw  dw = sum over rows of dy of x (x) dy         accumulates as int32; floats after the last row
 *     conv_dx_int   dx = transpose of the convolution [+ plus]   rows of dx, of floats; weights become int16            */
#include "convolution/convolution.h"
#include "integers/integers.h"

enum { DX_RANGE = DX_SCALE }; /* what says how large an integer of dy is */

/* ---- what they can do ---- */

bool convolution_is_pointwise(const struct node *n, const struct val *x, const struct val *y)
{
    const struct window *w = &n->win;
    return w->kh * w->kw == 1 && w->sh * w->sw == 1 && w->groups == 1 && !w->top && !w->left && x->h == y->h &&
           x->w == y->w;
}

/* True if int32 holds the sum of the products, of all pixels, of an int8 less its zero point and dy. */
static bool sum_fits(const struct val *dy)
{
    int64_t largest = 255 * (dy->type == I16 ? INT64_C(32768) : 128);
    return dy->h * dy->w * largest <= INT32_MAX;
}

/* ---- the operators ---- */

static void dw_bind(const struct node *n, struct bindings *b)
{
    const struct val *dy = n->in[DW_DY], *x = n->in[DW_X], *dw = n->out[0];
    bind_shape(b, x, dy);
    bind_int(b, "in0", dw->first / dy->c);
    bind_int(b, "in1", (dw->first + dw->c) / dy->c);
    bind_text(b, "gtype", type_name(dy->type));
    bind_real(b, "scale", x->scale);
    bind_int(b, "zero", x->zero);
    b->label = arena_format(b->mem, "%dx%dx%d_%d_from%d", dy->h, dy->w, x->c, dy->c, dw->first);
}

const struct op op_conv_int8_dw = {
    .name = "conv_int8_dw",
    .in = {{"dy", .rows = true}, {"x", .rows = true}, {"range"}},
    .out = {{"dw"}},
    .stepping = STEP_ACCUMULATE,
    .macs = convolution_dw_macs,
    .bind = dw_bind,
};

static void dx_bind(const struct node *n, struct bindings *b)
{
    bind_shape(b, n->out[0], n->in[DX_DY]);
    bind_text(b, "gtype", type_name(n->in[DX_DY]->type));
    bind_text(b, "wtype", type_name(n->in[DX_W]->type));
    b->label = arena_format(b->mem, "%dx%dx%d_%d%s", n->out[0]->h, n->out[0]->w, n->out[0]->c, n->in[DX_DY]->c,
                            n->in[DX_PLUS] ? "_plus" : "");
}

/* Weights of three channels as int16, of at most so many channels of the other side (templates/steps.c.tpl). */
static int steps_stack(int channels)
{
    enum { ROOM = 256 };
    return 6 * (channels < ROOM ? channels + 7 : ROOM);
}

static int dx_stack(const struct node *n)
{
    return steps_stack(n->in[DX_DY]->c);
}

static const struct op op_conv_dx_int = {
    .name = "conv_dx_int",
    .in = {{"dy", .rows = true}, {"w"}, {"range"}, {"plus", .rows = true, .optional = true}},
    .out = {{"dx", .rows = true}},
    .inplace = 1 + DX_PLUS,
    .plus = 1 + DX_PLUS,
    .macs = convolution_dx_macs,
    .bind = dx_bind,
    .stack = dx_stack,
};

static void forward_bind(const struct node *n, struct bindings *b)
{
    const struct val *x = n->in[X], *y = n->out[0];
    bind_shape(b, x, y);
    bind_text(b, "wtype", type_name(n->in[W]->type));
    bind_flag(b, "has_b", n->in[B] != NULL);
    bind_real(b, "scale", x->scale);
    bind_int(b, "zero", x->zero);
    b->label = arena_format(b->mem, "%dx%dx%d_%d%s", y->h, y->w, x->c, y->c, n->in[PLUS] ? "_plus" : "");
}

/* Weights of some outputs as int16, with sums and columns of two pixels; where these are no fours of inputs, or without the DSP
 * extension, of three (templates/conv_int.c.tpl). */
static int forward_stack(const struct node *n)
{
    enum { ROOM = 120, WORDS = 384 };
    int inputs = n->in[X]->c < ROOM ? n->in[X]->c : ROOM, each = inputs / 2 + 6;
    int most = (WORDS - inputs) / each / 4 * 4, all = (n->out[0]->c + 3) / 4 * 4;
    int four = 4 * (inputs + (most < all ? most : all) * each), three = 6 * (inputs + 7) + 48;
    return four > three ? four : three;
}

/* Weights of eight outputs (templates/conv_int.c.tpl). */
static int forward_vector_stack(const struct node *n)
{
    enum { ROOM = 120, FEW = 128 };
    (void)n;
    return 16 * ROOM + FEW;
}

static const struct op op_conv_int = {
    .name = "conv_int",
    .in = {{"x", .rows = true},
           {"w"},
           {"scale", .optional = true},
           {"b", .optional = true},
           {"plus", .rows = true, .optional = true}},
    .out = {{"y", .rows = true}},
    .inplace = 1 + PLUS,
    .plus = 1 + PLUS,
    .macs = convolution_macs,
    .bind = forward_bind,
    .stack = forward_stack,
    .vector_stack = forward_vector_stack,
};

/* ---- the rules ---- */

void mixed_forward(struct node *n)
{
    enum { PIXELS = 16 }; /* of fewer, weights would take longer to become integers than they save */
    struct val *x = integers_of(n->in[X]);
    if (!convolution_is_pointwise(n, n->in[X], n->out[0]) || !x || x->type != I8 || n->in[W]->role != ROLE_TRAINED ||
        x->h * x->w < PIXELS)
        return;
    node_become(n, &op_conv_int);
    n->in[X] = x;
}

bool mixed_weight_grad(const struct graph *g, const struct node *n)
{
    const struct val *dy = integers_of(n->out[0]->grad), *x = integers_of(n->in[X]);
    bool integers = dy && dy->range && x && x->type == I8;
    return g->spec->train.batch == 1 && convolution_is_pointwise(n, n->in[X], n->out[0]) && integers && sum_fits(dy);
}

bool mixed_input_grad(struct graph *g, struct node *n)
{
    struct val *dy = integers_of(n->out[0]->grad), *w = n->in[W];
    if (!convolution_is_pointwise(n, n->in[X], n->out[0]) || !dy || !dy->range || w->role != ROLE_TRAINED)
        return false;
    struct node *d = grad_add(g, n->in[X], &op_conv_dx_int, n);
    d->in[DX_DY] = dy;
    d->in[DX_W] = w;
    d->in[DX_RANGE] = dy->range;
    return true;
}
