/* SPDX-License-Identifier: MIT */
/* What conv.c and dwconv.c share: a convolution, its transpose, its weight gradient. */
#ifndef CONVOLUTION_H
#define CONVOLUTION_H

#include "ops/ops.h"

/* Inputs of the three operators, by position. */
enum { X, W, SCALE, B, PLUS };
enum { DX_DY, DX_W, DX_SCALE, DX_PLUS };
enum { DW_DY, DW_X };

/* A large weight gradient is made in parts, so that not all of it need exist at once: ranges of taps
 * (group, row, column) or, of a 1x1 convolution, of input channels. */
struct part {
    int tap0, tap1, in0, in1;
};

#define CONVOLUTION_ARGS                                                                                               \
    {                                                                                                                  \
        {"x", .rows = true}, {"w"}, {"scale", .optional = true}, {"b", .optional = true},                              \
        {                                                                                                              \
            "plus", .rows = true, .optional = true                                                                     \
        }                                                                                                              \
    }
#define CONVOLUTION_DX_ARGS                                                                                            \
    {                                                                                                                  \
        {"dy", .rows = true}, {"w"}, {"scale", .optional = true},                                                      \
        {                                                                                                              \
            "plus", .rows = true, .optional = true                                                                     \
        }                                                                                                              \
    }
#define CONVOLUTION_DW_ARGS                                                                                            \
    {                                                                                                                  \
        {"dy", .rows = true},                                                                                          \
        {                                                                                                              \
            "x", .rows = true                                                                                          \
        }                                                                                                              \
    }

void convolution_rows(const struct node *n, int i, int y, int *lo, int *hi);
void convolution_dx_rows(const struct node *n, int i, int y, int *lo, int *hi);
void convolution_dw_rows(const struct node *n, int i, int y, int *lo, int *hi);

int64_t convolution_macs(const struct node *n);
int64_t convolution_dx_macs(const struct node *n);
int64_t convolution_dw_macs(const struct node *n);

void convolution_bind(const struct node *n, struct bindings *b);
void convolution_bind_shape(const struct node *n, struct bindings *b, const struct val *in, const struct val *out);
void convolution_dx_bind(const struct node *n, struct bindings *b);
void convolution_dw_bind(const struct node *n, struct bindings *b);

extern const struct op op_conv_dx, op_dwconv_dx;

/* The gradient rule, given the operators for dx and dw. */
void convolution_grad(struct graph *g, struct node *n, const struct op *dx, const struct op *dw);

/* The part that a conv_dw node makes, from its output's place in the whole. */
struct part part_of(const struct node *n);

/* standardise.c: weights as the convolution reads them, w->val the tensor that may learn; what can be wrong with them. */
struct val *standardise_weights(struct graph *g, const struct layer *l, struct param *w, enum content content);
void standardise_check(struct diag *d, const struct layer *l, int inputs);

/* A node of `op` with its parameters, and the layer's activation behind it. */
struct val *convolution_node(struct graph *g, const struct op *op, const struct layer *l, struct val *x,
                             struct window w, const int *weight_shape, bool hwc);

#endif
