/* SPDX-License-Identifier: MIT */
/* hswish: y = x * relu6(x + 3) / 6 (MobileNetV3, section 5.2) */
#include "ops/activation.h"

static const struct op op_hswish_dx = ACTIVATION_DX("hswish_dx", "x");

static void hswish_grad(struct graph *g, struct node *n)
{
    activation_grad(g, n, &op_hswish_dx, n->in[0]);
}

static double hswish_value(const struct node *n, double x)
{
    (void)n;
    return x <= -3 ? 0 : x >= 3 ? x : x * (x + 3) / 6;
}

static double hswish_slope(const struct node *n, double x)
{
    (void)n;
    return x <= -3 ? 0 : x >= 3 ? 1 : (2 * x + 3) / 6;
}

static const struct constructor make_hswish = {.name = "hswish", .inputs = 1, .activation = true, .shape = shape_same};

const struct op op_hswish =
    ACTIVATION("hswish", .out = RESULT, .grad = hswish_grad, .value = hswish_value, .slope = hswish_slope,
               .make = &make_hswish, .foreign = {.onnx = "HardSwish", .tflite = 117});
