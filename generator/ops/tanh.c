/* SPDX-License-Identifier: MIT */
/* tanh */
#include "ops/activation.h"

#include <math.h>

static const struct op op_tanh_dx = ACTIVATION_DX("tanh_dx", "y");

static void tanh_grad(struct graph *g, struct node *n)
{
    activation_grad(g, n, &op_tanh_dx, n->out[0]);
}

static double tanh_value(const struct node *n, double x)
{
    (void)n;
    return tanh(x);
}

static double tanh_slope(const struct node *n, double x)
{
    (void)n;
    return 1 - tanh(x) * tanh(x);
}

static const struct constructor make_tanh = {
    .name = "tanh",
    .inputs = 1,
    .activation = true,
    .shape = shape_same,
};

const struct op op_tanh =
    ACTIVATION("tanh", .out = RESULT, .grad = tanh_grad, .value = tanh_value, .slope = tanh_slope, .make = &make_tanh,
               .least = -1, .most = 1, .foreign = {.onnx = "Tanh", .tflite = 28});
