/* SPDX-License-Identifier: MIT */
/* gelu: y = x * P(a normal number is below x), or its approximation x / (1 + exp(-2 u)) with
 * u = sqrt(2 / pi) * (x + 0.044715 x^3) (Hendrycks and Gimpel, 2016) */
#include "ops/activation.h"

#include <math.h>

static const double root = 0.79788456080286535588; /* sqrt(2 / pi) */

enum { APPROXIMATE }; /* node.whole: by tanh */

static const struct op op_gelu_dx = ACTIVATION_DX("gelu_dx", "x");

static void gelu_grad(struct graph *g, struct node *n)
{
    activation_grad(g, n, &op_gelu_dx, n->in[0]);
}

/* The part of x that passes. */
static double gelu_gate(const struct node *n, double x)
{
    return n->whole[APPROXIMATE] ? 1 / (1 + exp(-2 * root * (x + 0.044715 * x * x * x))) : erfc(-x / sqrt(2)) / 2;
}

static double gelu_value(const struct node *n, double x)
{
    return x * gelu_gate(n, x);
}

static double gelu_slope(const struct node *n, double x)
{
    double s = gelu_gate(n, x);
    double rises =
        n->whole[APPROXIMATE] ? 2 * s * (1 - s) * root * (1 + 3 * 0.044715 * x * x) : root / 2 * exp(-x * x / 2);
    return s + x * rises;
}

static const struct constructor make_gelu = {
    .name = "gelu",
    .inputs = 1,
    .activation = true,
    .attribute = {{"approximate", ATTRIBUTE_WORD, .words = "none tanh"}},
    .shape = shape_same,
};

const struct op op_gelu =
    ACTIVATION("gelu", .out = RESULT, .grad = gelu_grad, .value = gelu_value, .slope = gelu_slope, .make = &make_gelu,
               .foreign = {.onnx = "Gelu", "approximate", 0, 150, .option = true});
