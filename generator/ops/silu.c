/* SPDX-License-Identifier: MIT */
/* silu (swish): y = x / (1 + exp(-x)) */
#include "ops/activation.h"

#include <math.h>

static const struct op op_silu_dx = ACTIVATION_DX("silu_dx", "x");

static void silu_grad(struct graph *g, struct node *n)
{
    activation_grad(g, n, &op_silu_dx, n->in[0]);
}

static double silu_value(const struct node *n, double x)
{
    (void)n;
    return x / (1 + exp(-x));
}

static double silu_slope(const struct node *n, double x)
{
    return (1 + x - silu_value(n, x)) / (1 + exp(-x));
}

static const struct constructor make_silu = {
    .name = "silu",
    .inputs = 1,
    .activation = true,
    .shape = shape_same,
};

const struct op op_silu =
    ACTIVATION("silu", .out = RESULT, .grad = silu_grad, .value = silu_value, .slope = silu_slope, .make = &make_silu);
