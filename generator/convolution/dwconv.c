/* SPDX-License-Identifier: MIT */
/* Depthwise convolution: one filter a channel.
 *
 *     dwconv     y  = x * w + b [+ plus]        rows of y
 *     dwconv_dx  dx = transpose [+ plus]        rows of dx; reads the same weights, taps reversed
 *     dwconv_dw  dw                             accumulates over rows of dy */
#include "convolution/convolution_int8.h"

static void dwconv_shape(struct diag *d, struct layer *l)
{
    window_of(l, &l->in[0], &l->out);
    window_refuse_blind(d, l);
    l->out.c = l->in[0].c;
}

static struct val *dwconv_build(struct graph *g, const struct layer *l, struct val **in)
{
    struct shape out;
    struct window w = window_of(l, &l->in[0], &out);
    w.groups = in[0]->c;
    int weight[4] = {in[0]->c, 1, w.kh, w.kw};
    return convolution_node(g, &op_dwconv, l, in[0], w, weight, false);
}

static const struct constructor make_dwconv = {
    .name = "dwconv",
    .inputs = 1,
    .has_act = true,
    .has_params = true,
    .attribute = {{"k", ATTRIBUTE_PAIR, .required = true},
                  {"s", ATTRIBUTE_PAIR, .value = 1},
                  {"dilation", ATTRIBUTE_PAIR, .value = 1},
                  {"pad", ATTRIBUTE_PAD, .value = -1},
                  {"bias", ATTRIBUTE_FLAG, .value = 1}},
    .shape = dwconv_shape,
};

const struct op op_dwconv = {
    .name = "dwconv",
    .in = CONVOLUTION_ARGS,
    .out = {{"y", .rows = true}},
    .inplace = 1 + PLUS,
    .plus = 1 + PLUS,
    .rows = convolution_rows,
    .grad = convolution_grad,
    .macs = convolution_macs,
    .bind = convolution_bind,
    .make = &make_dwconv,
    .build = dwconv_build,
    .weights = CONTENT_DEPTHWISE,
    .grid = GRID_WEIGHTS,
    .fits_int8 = convolution_fits_int8,
    .integer = convolution_integer,
};
