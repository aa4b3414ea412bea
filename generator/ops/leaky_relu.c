/* SPDX-License-Identifier: MIT */
/* leaky_relu: y = x where x is above 0, else slope * x
 *
 * Its gradient reads a mask of one bit an element, or y where y is kept anyway. */
#include "ops/activation.h"

enum { SLOPE }; /* node.number */

static const struct op op_leaky_relu_dx = ACTIVATION_DX("leaky_relu_dx", "gate");

static void leaky_relu_grad(struct graph *g, struct node *n)
{
    activation_gate_grad(g, n, &op_leaky_relu_dx, n->number[SLOPE] >= 0);
}

static double leaky_relu_value(const struct node *n, double x)
{
    return x > 0 ? x : n->number[SLOPE] * x;
}

static double leaky_relu_slope(const struct node *n, double x)
{
    return x > 0 ? 1 : n->number[SLOPE];
}

static const struct constructor make_leaky_relu = {
    .name = "leaky_relu",
    .inputs = 1,
    .activation = true,
    .attribute = {{"slope", ATTRIBUTE_NUMBER, .value = 0.01}},
    .shape = shape_same,
};

const struct op op_leaky_relu = ACTIVATION(
    "leaky_relu", .out = RESULT_AND_MASK, .grad = leaky_relu_grad, .value = leaky_relu_value, .slope = leaky_relu_slope,
    .make = &make_leaky_relu, .foreign = {"LeakyRelu", "alpha", 0.01, 98, .option = true});
