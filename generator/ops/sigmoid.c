/* SPDX-License-Identifier: MIT */
/* sigmoid: y = 1 / (1 + exp(-x)) */
#include "ops/activation.h"

#include <math.h>

static const struct op op_sigmoid_dx = ACTIVATION_DX("sigmoid_dx", "y");

static void sigmoid_grad(struct graph *g, struct node *n)
{
    activation_grad(g, n, &op_sigmoid_dx, n->out[0]);
}

static double sigmoid_value(const struct node *n, double x)
{
    (void)n;
    return 1 / (1 + exp(-x));
}

static double sigmoid_slope(const struct node *n, double x)
{
    return sigmoid_value(n, x) * (1 - sigmoid_value(n, x));
}

static const struct constructor make_sigmoid = {
    .name = "sigmoid", .inputs = 1, .activation = true, .shape = shape_same};

const struct op op_sigmoid =
    ACTIVATION("sigmoid", .out = RESULT, .grad = sigmoid_grad, .value = sigmoid_value, .slope = sigmoid_slope,
               .make = &make_sigmoid, .most = 1, .foreign = {.onnx = "Sigmoid", .tflite = 14});
