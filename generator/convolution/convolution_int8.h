/* SPDX-License-Identifier: MIT */
/* The integer forms of conv and dwconv. */
#ifndef CONVOLUTION_INT8_H
#define CONVOLUTION_INT8_H

#include "convolution/convolution.h"
#include "integers/integers.h"

/* Inputs of conv_int8 and dwconv_int8 by position. */
enum { Q_X, Q_W, Q_OFFSET, Q_MULTIPLIER, Q_SHIFT, Q_B, Q_UNIT, Q_PLUS, Q_TO };

/* op.integer and op.fits_int8: if the weights are frozen int8, from the file, and that has scales for them. */
bool convolution_integer(struct quantiser *q, struct node *n);
bool convolution_fits_int8(const struct node *n);

/* channels_int8.c: of an image whose channels have means and scales of their own; where x is none, nothing changes.  The
 * weights for it; what zero points add to a sum of w; what padding holds, a byte for each of up to four channels. */
enum { CHANNELS_PADDED = 4 };
void channels_weigh(struct param *w, const struct val *x);
int64_t channels_zero(const struct param *w, int o, const struct val *x, int64_t sum);
int channels_padding(const struct val *x);

/* channel_sum.c: n, whose input and result are int8 by now, as a sum with a constant; false: it is none. */
bool channel_sum_integer(struct quantiser *q, struct node *n);

/* convolution_int8_grad.c: the gradient rule. */
void convolution_int8_grad(struct graph *g, struct node *n);

#endif
