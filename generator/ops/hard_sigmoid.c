/* SPDX-License-Identifier: MIT */
/* hard_sigmoid: y = alpha * x + beta, between 0 and 1
 *
 * Its gradient reads a mask of one bit an element, or y where y is kept anyway. */
#include "ops/activation.h"

enum { ALPHA, BETA }; /* node.number */

static const struct op op_hard_sigmoid_dx = ACTIVATION_DX("hard_sigmoid_dx", "gate");

static void hard_sigmoid_grad(struct graph *g, struct node *n)
{
    activation_gate_grad(g, n, &op_hard_sigmoid_dx, true);
}

static double hard_sigmoid_value(const struct node *n, double x)
{
    double y = n->number[ALPHA] * x + n->number[BETA];
    return y < 0 ? 0 : y > 1 ? 1 : y;
}

static double hard_sigmoid_slope(const struct node *n, double x)
{
    double y = n->number[ALPHA] * x + n->number[BETA];
    return y > 0 && y < 1 ? n->number[ALPHA] : 0;
}

static const struct constructor make_hard_sigmoid = {
    .name = "hard_sigmoid",
    .inputs = 1,
    .activation = true,
    .attribute = {{"alpha", ATTRIBUTE_NUMBER, .value = 1.0 / 6}, {"beta", ATTRIBUTE_NUMBER, .value = 0.5}},
    .shape = shape_same,
};

const struct op op_hard_sigmoid =
    ACTIVATION("hard_sigmoid", .out = RESULT_AND_MASK, .grad = hard_sigmoid_grad, .value = hard_sigmoid_value,
               .slope = hard_sigmoid_slope, .make = &make_hard_sigmoid, .most = 1,
               .foreign = {.onnx = "HardSigmoid", "alpha", 0.2, .second = "beta", .second_usual = 0.5});
