/* SPDX-License-Identifier: MIT */
/* Depthwise convolution: one filter a channel.
 *
 *     dwconv     y  = x * w + b [+ plus]        rows of y
 *     dwconv_dx  dx = transpose [+ plus]        rows of dx; reads the same weights, taps reversed
 *     dwconv_dw  dw                             accumulates over rows of dy */
#include "ops/convolution.h"
#include "ops/int8.h"

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
    .in = CONVOLUTION_DW_ARGS,
    .out = {{"dw"}},
    .stepping = STEP_ACCUMULATE,
    .rows = convolution_dw_rows,
    .macs = convolution_dw_macs,
    .bind = convolution_dw_bind,
};

static void dwconv_grad(struct graph *g, struct node *n)
{
    convolution_grad(g, n, &op_dwconv_dx, &op_dwconv_dw);
}

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

static bool dwconv_integer(struct quantiser *q, struct node *n)
{
    return convolution_integer(q, n, &op_dwconv_int8);
}

const struct op op_dwconv = {
    .name = "dwconv",
    .in = CONVOLUTION_ARGS,
    .out = {{"y", .rows = true}},
    .inplace = 1 + PLUS,
    .plus = 1 + PLUS,
    .rows = convolution_rows,
    .grad = dwconv_grad,
    .macs = convolution_macs,
    .bind = convolution_bind,
    .make = &make_dwconv,
    .build = dwconv_build,
    .weights = CONTENT_DEPTHWISE,
    .grid = GRID_WEIGHTS,
    .fits_int8 = convolution_fits_int8,
    .integer = dwconv_integer,
};
