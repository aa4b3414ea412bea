/* SPDX-License-Identifier: MIT */
/* What the operators of integer networks share.
 *
 * Activations are int8 with a scale and a zero point for each tensor, real = (q - zero) * scale; weights are
 * int8 with a scale for each output channel; sums are int32.  A sum becomes an activation by
 *
 *     q = clamp((sum * M[o] + 2^31 >> 32) + zero, lo, hi)        M = round(2^32 * scale of the sum / that of q)
 *
 * which is two instructions on a Cortex-M4, or by TFLite's double rounding (rounding = "tflite").          */
#ifndef INT8_H
#define INT8_H

#include "ops/ops.h"

/* Inputs of conv_int8 and dwconv_int8 by position. */
enum { Q_X, Q_W, Q_OFFSET, Q_MULTIPLIER, Q_SHIFT, Q_B, Q_UNIT, Q_PLUS };

#define CONVOLUTION_INT8_ARGS                                                                                          \
    {                                                                                                                  \
        {"x", .rows = true}, {"w"}, {"offset"}, {"multiplier"}, {"shift", .optional = true}, {"b", .optional = true},  \
            {"unit", .optional = true},                                                                                \
        {                                                                                                              \
            "plus", .rows = true, .optional = true                                                                     \
        }                                                                                                              \
    }

/* node.whole of an operator whose result is clamped. */
enum { WHOLE_LO, WHOLE_HI, WHOLE_SHIFT, WHOLE_LIMIT, WHOLE_GATED };

extern const struct op op_conv_int8, op_dwconv_int8, op_add_int8, op_add_real;
extern const struct op op_quantize, op_recentre, op_narrow, op_sum_int;
extern const struct op op_clamp_int8, op_upsample_int8;
extern const struct op op_pool_sum, op_pool_mean, op_avg_pool_int8;
extern const struct op op_avg_pool_dx, op_global_pool_dx;

/* Turns a conv or dwconv node with int8 weights into its integer form; its result has v->scale and zero
 * already, and is clamped to [lo, hi]. */
void convolution_quantise(struct graph *g, struct node *n, const struct op *op, int lo, int hi);

/* Turns the node of an activation, y = op->value(x), into its table; its result has v->scale and zero already. */
void table_quantise(struct graph *g, struct node *n);

/* What an activation can give of the int8 that it reads, with 0. */
void table_range(const struct node *n, double *lo, double *hi);

/* True if the sums of the operator's integer form, and of its gradient's, stay in their types. */
bool avg_pool_fits_int8(const struct node *n);
bool upsample_fits_int8(const struct node *n);

/* A real factor as TFLite has it: factor = multiplier * 2^(shift - 31), 2^30 <= multiplier < 2^31. */
struct factor {
    int32_t multiplier;
    int shift;
};
struct factor factor_of(double real);

/* The same for TFLite's scaling, which shifts by 31 to the right at most. */
struct factor tflite_factor(double real);

/* Factors from a sum to a result stay below this: beyond, a single step of a sum is far outside of int8. */
#define LARGEST_FACTOR 4194304.0

/* The sum -> activation, as the emitted code does it (see templates/integer.c.tpl); and for sums that int32 cannot hold. */
int requantise(int32_t sum, int32_t multiplier, int shift, bool tflite, int zero, int lo, int hi);
double requantise_exactly(double sum, int32_t multiplier, int shift, bool tflite, int zero, int lo, int hi);

/* ---- gradients ---- */

int depthwise_int8_stack(const struct node *n, int step, int down, int most, int each);
void convolution_int8_grad(struct graph *g, struct node *n);

/* An integer gradient as floats; one of floats as it is. */
struct val *gradient_as_real(struct graph *g, struct val *dy, const struct node *n);

/* Adds dx, of floats, to the gradient of x, whatever type that has. */
void grad_real(struct graph *g, struct val *x, struct val *dx, const struct node *n);

/* dy where the result of n was inside its clamp, 0 elsewhere. */
struct val *gated(struct graph *g, struct node *n, struct val *dy);

/* v as floats: itself, or a dequantize node's result. */
struct val *as_real(struct graph *g, struct val *v);

void bind_quant(struct bindings *b, const char *prefix, const struct val *v);

#endif
