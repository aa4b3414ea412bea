/* SPDX-License-Identifier: MIT */
/* convolution: maps times weights, of floats and of integers, and the gradients.
 *
 * Here is what conv.c and dwconv.c share: a convolution, its transpose, its weight gradient. */
#ifndef CONVOLUTION_H
#define CONVOLUTION_H

#include "ops/ops.h"

/* Inputs of the convolution and of its transpose, by position; FROM and TO, channels read and added to, are not of
 * depthwise ones. */
enum { X, W, SCALE, B, PLUS, FROM, TO };
enum { DX_DY, DX_W, DX_SCALE, DX_PLUS, DX_FROM, DX_TO };

/* Inputs of the weights' gradient that all have, and what says how large an integer of dy is. */
enum { DW_DY, DW_X, DW_RANGE };

#define CONVOLUTION_ARGS                                                                                               \
    {                                                                                                                  \
        {"x", .rows = true}, {"w"}, {"scale", .optional = true}, {"b", .optional = true},                              \
        {                                                                                                              \
            "plus", .rows = true, .optional = true                                                                     \
        }                                                                                                              \
    }

void convolution_rows(const struct node *n, int i, int y, int *lo, int *hi);

/* 1x1 from x to y, also without padding behind the map, which shows in the result's size alone. */
bool convolution_is_pointwise(const struct node *n, const struct val *x, const struct val *y);

int64_t convolution_macs(const struct node *n);
int64_t window_macs(const struct node *n, const struct val *in, const struct val *out);
int64_t convolution_dx_macs(const struct node *n);
int64_t convolution_dw_macs(const struct node *n);

/* What a depthwise kernel of int8 keeps: a plane of int16, and pairs of weights (templates/plane.c.tpl); without the DSP
 * extension, `each` bytes for each of 32 channels.  step, down: of its columns and rows; most: rows that it makes at once. */
int plane_stack(const struct node *n, int step, int down, int most, int each);

void convolution_bind(const struct node *n, struct bindings *b);
void convolution_bind_shape(const struct node *n, struct bindings *b, const struct val *in, const struct val *out);

/* The stack of a kernel with arrays of `rows` bytes, and a block for channels that in[from] or in[to] name
 * (templates/gathered.c.tpl). */
int channels_stack(const struct node *n, int rows, int from, int to);

extern const struct op op_conv_dx, op_dwconv_dx;

/* The gradient rule. */
void convolution_grad(struct graph *g, struct node *n);

/* convolution_mixed_grad.c: the same where n, of floats, stands between integers.  Whether the weights' gradient is then
 * op_conv_int8_dw; and the gradient of the input, false where it is that of floats. */
extern const struct op op_conv_int8_dw;
void mixed_forward(struct node *n); /* when its gradients are there, n reads these integers, too */
bool mixed_weight_grad(const struct graph *g, const struct node *n);
bool mixed_input_grad(struct graph *g, struct node *n);

/* standardise.c: weights as the convolution reads them, w->val the tensor that may learn; what can be wrong with them. */
struct val *standardise_weights(struct graph *g, const struct layer *l, struct param *w, enum content content);
void standardise_check(struct diag *d, const struct layer *l, int inputs);

/* A node of `op` with its parameters, and the layer's activation behind it. */
struct val *convolution_node(struct graph *g, const struct op *op, const struct layer *l, struct val *x,
                             struct window w, const int *weight_shape, bool hwc);

#endif
