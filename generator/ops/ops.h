/* SPDX-License-Identifier: MIT */
/* ops: the operators, one file each.  Everything but the list is private to its file; convolutions have a room of their
 * own. */
#ifndef OPS_H
#define OPS_H

#include "graph/op.h"

/* All operators; ends with NULL. */
extern const struct op *const all_ops[];

/* The constructors that a spec may call; ends with NULL. */
const struct constructor *const *ops_constructors(struct arena *mem);

/* ---- the operators ---- */
extern const struct op op_conv, op_dense, op_dwconv, op_bias_grad;
extern const struct op op_relu, op_relu6, op_leaky_relu, op_prelu, op_elu, op_hswish, op_silu, op_gelu;
extern const struct op op_sigmoid, op_hard_sigmoid, op_tanh, op_softplus, op_abs, op_add;
extern const struct op op_avg_pool, op_max_pool, op_global_pool, op_upsample, op_nearest, op_sparse;
extern const struct op op_concat, op_channels, op_sub, op_mul, op_div;
extern const struct op op_group_norm, op_batch_norm, op_l2_norm;
extern const struct op op_stream;
extern const struct op op_softmax_cross_entropy, op_mse;
extern const struct op op_sgd, op_sgd_momentum, op_adam, op_record;

/* The result has the shape of the (first) input. */
void shape_same(struct diag *d, struct layer *l);

/* Puts the layer's activation, if it has one, behind v. */
struct val *activation_add(struct graph *g, const struct layer *l, struct val *v);

/* Like grad_same, of what n takes away: -dy, of floats or integers with a range, is the gradient of x. */
void grad_negated(struct graph *g, struct val *x, struct val *dy, const struct node *n);

/* After it is known what learns: keeps the weights of a conv or dwconv node as int8 where they can be. */
void conv_set_weights(struct graph *g, struct node *n);

#endif
