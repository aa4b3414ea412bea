/* SPDX-License-Identifier: MIT */
/* softplus: y = log(1 + exp(x)) */
#include "ops/activation.h"

#include <math.h>

static const struct op op_softplus_dx = ACTIVATION_DX("softplus_dx", "y");

static void softplus_grad(struct graph *g, struct node *n)
{
    activation_grad(g, n, &op_softplus_dx, n->out[0]);
}

static double softplus_value(const struct node *n, double x)
{
    (void)n;
    return fmax(x, 0) + log1p(exp(-fabs(x)));
}

static double softplus_slope(const struct node *n, double x)
{
    (void)n;
    return 1 / (1 + exp(-x));
}

static const struct constructor make_softplus = {
    .name = "softplus",
    .inputs = 1,
    .activation = true,
    .shape = shape_same,
};

const struct op op_softplus =
    ACTIVATION("softplus", .out = RESULT, .grad = softplus_grad, .value = softplus_value, .slope = softplus_slope,
               .make = &make_softplus, .most = INFINITY, .foreign = {.onnx = "Softplus"});
