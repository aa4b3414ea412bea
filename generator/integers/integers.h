/* SPDX-License-Identifier: MIT */
/* integers: what the integer forms of operators share.
 *
 * Activations are int8 with a scale and a zero point for each tensor, real = (q - zero) * scale; weights are
 * int8 with a scale for each output channel; sums are int32.  A sum becomes an activation by
 *
 *     q = clamp((sum * M[o] + 2^31 >> 32) + zero, lo, hi)        M = round(2^32 * scale of the sum / that of q)
 *
 * which is two instructions on a Cortex-M4, or by TFLite's double rounding (rounding = "tflite").
 *
 *     rewrite.c    the graph of floats becomes one of integers: each operator's `integer` is asked
 *     quantiser.c  what that asks for: scales, clamps
 *     factor.c     factors between scales
 *     mean.c       means with a scale of their own
 *     bridges.c    integers <-> real numbers
 *     pixels.c     images that are packed, or whose channels differ
 *     range.c      integer gradients
 *     lookup.c     activations as tables
 *
 * No operator that a spec can name is named here.                                                          */
#ifndef INTEGERS_H
#define INTEGERS_H

#include "graph/op.h"

/* ---- rewrite.c ---- */

/* precision { forward = "int8" }: the float graph becomes one of integers where it can. */
void graph_quantise(struct graph *g);

/* ---- quantiser.c ---- */

/* node.whole of an operator whose result is clamped. */
enum { WHOLE_LO, WHOLE_HI, WHOLE_SHIFT, WHOLE_LIMIT, WHOLE_GATED };

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

/* For templates: the zero point of v. */
void bind_quant(struct bindings *b, const char *prefix, const struct val *v);

/* ---- factor.c ---- */

/* A real factor as TFLite has it: factor = multiplier * 2^(shift - 31), 2^30 <= multiplier < 2^31. */
struct factor {
    int32_t multiplier;
    int shift;
};
struct factor factor_of(double real);

/* The same for TFLite's scaling, which shifts by 31 to the right at most. */
struct factor tflite_factor(double real);

/* For templates: a_, b_ and y_multiplier and shift of TFLite's ADD and SUB.  Both terms are brought to 2^20 of twice the larger
 * scale, and the sum from there to y's. */
void bind_tflite_sum(struct bindings *b, const struct val *x, const struct val *z, const struct val *y);
void bind_factor(struct bindings *b, const char *prefix, struct factor f);

/* Bits behind the point of a factor, 22 at most, with which `most` times it stays below 2^30; 0: none does. */
int factor_bits(double factor, double most);

/* Factors from a sum to a result stay below this: beyond, a single step of a sum is far outside of int8. */
#define LARGEST_FACTOR 4194304.0

/* The sum -> activation, as the emitted code does it (see templates/integer.c.tpl); and for sums that int32 cannot hold. */
int requantise(int32_t sum, int32_t multiplier, int shift, bool tflite, int zero, int lo, int hi);
double requantise_exactly(double sum, int32_t multiplier, int shift, bool tflite, int zero, int lo, int hi);

/* ---- mean.c: means whose result has a scale of its own ---- */

/* y, a mean of `count` values of n's input, gets the scale that the file has for it.  False where it has none, or after a
 * message where the two scales do not belong together. */
bool mean_grid(struct quantiser *q, const struct node *n, int count, struct val *y);

/* For templates: what makes the result of the sum of `count` values of x; for a result in the scale of x (!own) nothing. */
void bind_mean(struct bindings *b, const struct val *x, const struct val *y, int count, bool own, bool tflite);

/* ---- bridges.c ---- */

extern const struct op op_dequantize;

/* v as floats: itself, or a dequantize node's result. */
struct val *as_real(struct graph *g, struct val *v);

/* v as int8 of the given scale, for an integer operator that reads it. */
struct val *as_int8(struct quantiser *q, struct val *v, double scale, int zero, const struct node *user);

/* ---- pixels.c: an image that is packed, or whose channels differ ---- */

/* op.integer of what gives the image as real numbers. */
bool image_integer(struct quantiser *q, struct node *n);

/* The image as real numbers: a node of `name` that makes `made` of q, as it comes or as int8. */
struct val *pixels_real(struct graph *g, struct val *q, const char *name, const char *made);

/* ---- range.c ---- */

extern const struct op op_sum_int;

/* An integer gradient as floats; one of floats as it is. */
struct val *gradient_as_real(struct graph *g, struct val *dy, const struct node *n);

/* The integers, of a gradient or an activation, that `real` has the values of; NULL: of none. */
struct val *integers_of(const struct val *real);

/* Adds dx, of floats, to the gradient of x, whatever type that has. */
void grad_real(struct graph *g, struct val *x, struct val *dx, const struct node *n);

/* The node of `op` that makes x's gradient from dy, its first input: of floats, whatever types the two have. */
struct node *grad_in_floats(struct graph *g, struct val *x, const struct op *op, struct val *dy, const struct node *n);

/* dy where the result of n was inside its clamp, 0 elsewhere. */
struct val *gated(struct graph *g, struct node *n, struct val *dy);

/* ---- lookup.c ---- */

/* op.integer of activations: a table. */
bool activation_integer(struct quantiser *q, struct node *n);

/* `count` slopes as int16, the i-th input of d, which makes a gradient from dy, its first one, and from these: as fine as
 * the largest of them allows.  Returns the bits behind their point. */
int slopes_new(struct graph *g, struct node *d, int i, const double *slope, int count, const char *name,
               const char *comment);

#endif
