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

/* ---- the graph of floats becomes one of integers: quantise.c ---- */

struct quantiser {
    struct graph *g;   /* the new nodes */
    struct node **old; /* the graph of floats: NULL where one has melted into another */
    int count, at;     /* the one that becomes an integer now */
    int nval;
    struct val **now;  /* by id of a val of that graph: what stands for it */
    struct val **int8; /* by id of a val of floats: the same as int8 */
};

/* Appends n, which reads and makes what it shall by now. */
void quantiser_push(struct quantiser *q, struct node *n);

/* What can be computed with in float32, 2^32 times it and one over it; and the message where it cannot. */
bool is_scale(double scale);
void refuse_grid(const struct quantiser *q, const struct node *n, const char *what, double scale, double zero);

/* v gets the scale and zero point that the file has for the `what` (input, output) of `layer`, which is n or what n is
 * called there.  False where it has none, and after a message where none can be what it has. */
bool file_grid(const struct quantiser *q, const struct node *n, const char *layer, const char *what, struct val *v);

/* The scale of n's result: the file's; else that of a layer that reads it; else one for lo .. hi, all that it can be,
 * which holds 0. */
void result_grid(const struct quantiser *q, struct node *n, double lo, double hi);

/* n's result is int8 from now on, its scale is known; a relu behind it melts into its clamp, node.whole[WHOLE_LO, HI]. */
void result_int8(struct quantiser *q, struct node *n);

/* For those that keep the scale of what they read: n becomes a node of op. */
bool quantiser_keep(struct quantiser *q, struct node *n, const struct op *op);

/* v as int8 of the given scale, for an integer operator that reads it. */
struct val *as_int8(struct quantiser *q, struct val *v, double scale, int zero, const struct node *user);

/* Conv and dwconv, if their weights are frozen int8 and the file has scales for them. */
bool convolution_integer(struct quantiser *q, struct node *n, const struct op *op);
bool convolution_fits_int8(const struct node *n); /* its weights come from the file */

/* The rest of a few lists: op.integer and op.fits_int8 of operators that live in another file. */
bool activation_integer(struct quantiser *q, struct node *n); /* a table */
bool global_pool_integer(struct quantiser *q, struct node *n);
bool avg_pool_integer(struct quantiser *q, struct node *n);

/* node.whole of an average: whether it leaves out padding, and the gradient that both its forms have where it is of floats. */
enum { POOL_INSIDE };
void avg_pool_label(const struct node *n, struct bindings *b, const struct val *x);
void avg_pool_real_grad(struct graph *g, struct node *n);

/* True if the sums of the integer form, and of its gradient's, stay in their types. */
bool avg_pool_fits_int8(const struct node *n);

/* ---- the operators ---- */

extern const struct op op_conv_int8, op_dwconv_int8, op_quantize, op_sum_int;
extern const struct op op_avg_pool_dx, op_global_pool_dx;

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
