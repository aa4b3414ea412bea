/* SPDX-License-Identifier: MIT */
/* elu: y = x where x is above 0, else alpha * (exp(x) - 1) (Clevert et al., 2016) */
#include "ops/activation.h"

#include <math.h>

enum { ALPHA }; /* node.number */

static const struct op op_elu_dx = ACTIVATION_DX("elu_dx", "y");

static void elu_grad(struct graph *g, struct node *n)
{
    activation_grad(g, n, &op_elu_dx, n->out[0]);
}

static double elu_value(const struct node *n, double x)
{
    return x > 0 ? x : n->number[ALPHA] * expm1(x);
}

static double elu_slope(const struct node *n, double x)
{
    return x > 0 ? 1 : n->number[ALPHA] * exp(x);
}

/* The gradient reads y, which tells on which side x was where alpha is not below 0. */
static void elu_shape(struct diag *d, struct layer *l)
{
    shape_same(d, l);
    if (layer_number(l, "alpha") < 0)
        diag_error(d, l->loc, "alpha", NULL, "elu '%s': 'alpha' must not be below 0", l->name);
}

static const struct constructor make_elu = {
    .name = "elu",
    .inputs = 1,
    .activation = true,
    .attribute = {{"alpha", ATTRIBUTE_NUMBER, .value = 1}},
    .shape = elu_shape,
};

const struct op op_elu = ACTIVATION("elu", .out = RESULT, .grad = elu_grad, .value = elu_value, .slope = elu_slope,
                                    .make = &make_elu, .foreign = {"Elu", "alpha", 1, 111});
