/* SPDX-License-Identifier: MIT */
/* abs: y = |x| */
#include "ops/activation.h"

#include <math.h>

static const struct op op_abs_dx = ACTIVATION_DX("abs_dx", "x");

static void abs_grad(struct graph *g, struct node *n)
{
    activation_grad(g, n, &op_abs_dx, n->in[0]);
}

static double abs_value(const struct node *n, double x)
{
    (void)n;
    return fabs(x);
}

static double abs_slope(const struct node *n, double x)
{
    (void)n;
    return x > 0 ? 1 : x < 0 ? -1 : 0;
}

static const struct constructor make_abs = {
    .name = "abs",
    .inputs = 1,
    .activation = true,
    .shape = shape_same,
};

const struct op op_abs = ACTIVATION("abs", .out = RESULT, .grad = abs_grad, .value = abs_value, .slope = abs_slope,
                                    .make = &make_abs, .most = INFINITY, .foreign = {.onnx = "Abs", .tflite = 101});
