/* SPDX-License-Identifier: MIT */
/* What avg_pool.c and max_pool.c share: windows over one map.  in[0] is the map, of a gradient dy. */
#ifndef POOL_H
#define POOL_H

#include "ops/ops.h"
#include "integers/integers.h"

#define POOL_ATTRIBUTES                                                                                                \
    {"k", ATTRIBUTE_PAIR, .required = true}, {"s", ATTRIBUTE_PAIR, .value = 0},                                        \
    {                                                                                                                  \
        "pad", ATTRIBUTE_PAD, .value = 0                                                                               \
    }

void pool_shape(struct diag *d, struct layer *l);
void pool_setup(struct graph *g, struct node *n, const struct layer *l);

/* The message where a window would see nothing but padding. */
void refuse_padding_alone(struct diag *d, const struct layer *l);

void pool_rows(const struct node *n, int i, int y, int *lo, int *hi);
void pool_dx_rows(const struct node *n, int i, int y, int *lo, int *hi);
void pool_label(struct bindings *b, const struct node *n, const struct val *in);

#endif
