/* SPDX-License-Identifier: MIT */
/* Convolution in groups, and dense layers, which are convolutions as large as their map.
 *
 *     conv     y  = x * w + b [+ plus]                  rows of y
 *     conv_dx  dx = transpose of conv [+ plus]          rows of dx
 *     conv_dw  dw = sum over rows of dy of x (x) dy     accumulates
 *
 * Weights that do not learn have a transposed copy for conv_dx; weights that learn have only one. */
#include "convolution/convolution_int8.h"

#include <string.h>

/* ---- constructors ---- */

static void conv_shape(struct diag *d, struct layer *l)
{
    int groups = layer_int(l, "groups"), out = layer_int(l, "out");
    window_of(l, &l->in[0], &l->out);
    window_refuse_blind(d, l);
    l->out.c = out;
    standardise_check(d, l, l->in[0].c / groups);
    if (l->in[0].c % groups || out % groups)
        diag_error(d, l->loc, "groups", NULL, "conv '%s': %d input and %d output channels do not divide into %d groups",
                   l->name, l->in[0].c, out, groups);
}

static int at_most(int64_t a, int64_t b)
{
    return (int)(a < b ? a : b);
}

static int conv_rank(const struct layer *l)
{
    const struct setting *k = layer_setting(l, "k");
    int64_t window = (int64_t)k->number[0] * (int64_t)k->number[1] * l->in[0].c;
    return layer_int(l, "groups") > 1 ? 0 : at_most(window, l->out.c);
}

static struct val *conv_build(struct graph *g, const struct layer *l, struct val **in)
{
    struct shape out;
    struct window w = window_of(l, &l->in[0], &out);
    w.groups = layer_int(l, "groups");
    if (w.groups > 1 && w.groups == in[0]->c && l->out.c == in[0]->c)
        return op_dwconv.build(g, l, in); /* the same thing, and a faster kernel */
    int shape[4] = {l->out.c, in[0]->c / w.groups, w.kh, w.kw};
    return convolution_node(g, &op_conv, l, in[0], w, shape, false);
}

static const struct constructor make_conv = {
    .name = "conv",
    .inputs = 1,
    .has_act = true,
    .has_params = true,
    .attribute = {{"out", ATTRIBUTE_INT, .required = true},
                  {"k", ATTRIBUTE_PAIR, .required = true},
                  {"s", ATTRIBUTE_PAIR, .value = 1},
                  {"dilation", ATTRIBUTE_PAIR, .value = 1},
                  {"pad", ATTRIBUTE_PAD, .value = -1},
                  {"groups", ATTRIBUTE_INT, .value = 1},
                  {"standardise", ATTRIBUTE_NUMBER, .value = -1},
                  {"bias", ATTRIBUTE_FLAG, .value = 1}},
    .shape = conv_shape,
    .rank = conv_rank,
};

static void conv_bind(const struct node *n, struct bindings *b)
{
    convolution_bind(n, b);
    bind_channels(b, n, "from", FROM, n->in[X]);
    bind_channels(b, n, "to", TO, n->out[0]);
}

static int conv_stack(const struct node *n)
{
    return channels_stack(n, 4 * n->win.kh, FROM, TO);
}

const struct op op_conv = {
    .name = "conv",
    .in = {{"x", .rows = true, .index = 1 + FROM},
           {"w"},
           {"scale", .optional = true},
           {"b", .optional = true},
           {"plus", .rows = true, .optional = true},
           {"from", .optional = true},
           {"to", .optional = true}},
    .out = {{"y", .rows = true, .index = 1 + TO}},
    .inplace = 1 + PLUS,
    .plus = 1 + PLUS,
    .rows = convolution_rows,
    .grad = convolution_grad,
    .macs = convolution_macs,
    .bind = conv_bind,
    .stack = conv_stack,
    .make = &make_conv,
    .build = conv_build,
    .weights = CONTENT_CONV,
    .bfloat16 = 1 + W,
    .grid = GRID_WEIGHTS,
    .fits_int8 = convolution_fits_int8,
    .integer = convolution_integer,
};

/* A dense layer reads its whole input as one vector: in PyTorch's order c, h, w by default. */
static void dense_shape(struct diag *d, struct layer *l)
{
    (void)d;
    l->out = (struct shape){1, 1, layer_int(l, "out") + layer_spare(l)};
}

static int dense_rank(const struct layer *l)
{
    return at_most((int64_t)l->in[0].h * l->in[0].w * l->in[0].c, l->out.c);
}

static struct val *dense_build(struct graph *g, const struct layer *l, struct val **in)
{
    struct window w = {in[0]->h, in[0]->w, 1, 1, 1, 1, 0, 0, 1};
    int shape[4] = {layer_int(l, "out"), in[0]->c, in[0]->h, in[0]->w};
    struct val *y = convolution_node(g, &op_conv, l, in[0], w, shape, !strcmp(layer_setting(l, "order")->word, "hwc"));
    if (layer_spare(l))
        classes_add(g, l, y->def);
    return y;
}

static const struct constructor make_dense = {
    .name = "dense",
    .inputs = 1,
    .has_act = true,
    .has_params = true,
    .attribute = {{"out", ATTRIBUTE_INT, .required = true},
                  {"bias", ATTRIBUTE_FLAG, .value = 1},
                  {"order", ATTRIBUTE_WORD, .words = "chw hwc"},
                  {"spare", ATTRIBUTE_INT}},
    .shape = dense_shape,
    .rank = dense_rank,
};

const struct op op_dense = {.name = "dense", .make = &make_dense, .build = dense_build};
