/* SPDX-License-Identifier: MIT */
/* Operators that work on one element at a time: sums and smooth activations. */
#include "ops/int8.h"

#include <math.h>

void shape_same(struct diag *d, struct layer *l)
{
    (void)d;
    l->out = l->in[0];
}

static void bind(const struct node *n, struct bindings *b)
{
    bind_elements(b, n->out[0]);
}

/* ---- add: y = a + b ---- */

static void add_grad(struct graph *g, struct node *n)
{
    for (int i = 0; i < 2; i++)
        if (wants_grad(n->in[i]))
            grad_same(g, n->in[i], n->out[0]->grad, n);
}

static void add_shape(struct diag *d, struct layer *l)
{
    const struct shape *a = &l->in[0], *b = &l->in[1];
    l->out = *a;
    if (a->h != b->h || a->w != b->w || a->c != b->c)
        diag_error(d, l->loc, "from", NULL, "add '%s': a map of %d x %d x %d and one of %d x %d x %d", l->name, a->h,
                   a->w, a->c, b->h, b->w, b->c);
}

static const struct constructor make_add = {.name = "add", .inputs = 2, .has_act = true, .shape = add_shape};

const struct op op_add = {
    .name = "add",
    .in = {{"a", .rows = true}, {"b", .rows = true}},
    .out = {{"y", .rows = true}},
    .inplace = 1,
    .grad = add_grad,
    .bind = bind,
    .make = &make_add,
};

/* ---- hswish: y = x * relu6(x + 3) / 6 (MobileNetV3, section 5.2) ---- */

static const struct op op_hswish_dx = {
    .name = "hswish_dx",
    .in = {{"dy", .rows = true}, {"x", .rows = true}},
    .out = {{"dx", .rows = true}},
    .inplace = 1,
    .bind = bind,
};

static void hswish_grad(struct graph *g, struct node *n)
{
    if (!wants_grad(n->in[0]))
        return;
    struct node *d = grad_add(g, n->in[0], &op_hswish_dx, n);
    d->in[0] = n->out[0]->grad;
    d->in[1] = n->in[0];
}

static const struct constructor make_hswish = {.name = "hswish", .inputs = 1, .shape = shape_same};

static double hswish_value(double x)
{
    return x <= -3 ? 0 : x >= 3 ? x : x * (x + 3) / 6;
}

static double hswish_slope(double x)
{
    return x <= -3 ? 0 : x >= 3 ? 1 : (2 * x + 3) / 6;
}

const struct op op_hswish = {
    .name = "hswish",
    .in = {{"x", .rows = true}},
    .out = {{"y", .rows = true}},
    .inplace = 1,
    .grad = hswish_grad,
    .bind = bind,
    .value = hswish_value,
    .slope = hswish_slope,
    .make = &make_hswish,
};

/* ---- sigmoid: y = 1 / (1 + exp(-x)) ---- */

static const struct op op_sigmoid_dx = {
    .name = "sigmoid_dx",
    .in = {{"dy", .rows = true}, {"y", .rows = true}},
    .out = {{"dx", .rows = true}},
    .inplace = 1,
    .bind = bind,
};

static void sigmoid_grad(struct graph *g, struct node *n)
{
    if (!wants_grad(n->in[0]))
        return;
    struct node *d = grad_add(g, n->in[0], &op_sigmoid_dx, n);
    d->in[0] = n->out[0]->grad;
    d->in[1] = n->out[0];
}

static const struct constructor make_sigmoid = {.name = "sigmoid", .inputs = 1, .shape = shape_same};

static double sigmoid_value(double x)
{
    return 1 / (1 + exp(-x));
}

static double sigmoid_slope(double x)
{
    return sigmoid_value(x) * (1 - sigmoid_value(x));
}

const struct op op_sigmoid = {
    .name = "sigmoid",
    .in = {{"x", .rows = true}},
    .out = {{"y", .rows = true}},
    .inplace = 1,
    .grad = sigmoid_grad,
    .bind = bind,
    .value = sigmoid_value,
    .slope = sigmoid_slope,
    .make = &make_sigmoid,
};

/* ---- dequantize: x = (q - zero_point) * scale, the image as real numbers ---- */

static void dequantize_bind(const struct node *n, struct bindings *b)
{
    bind_elements(b, n->out[0]);
    bind_text(b, "qtype", n->in[0]->type == U8 ? "uint8" : "int8");
    bind_real(b, "scale", n->number[0]);
    bind_int(b, "zero", n->whole[0]);
}

static void dequantize_grad(struct graph *g, struct node *n)
{
    if (wants_grad(n->in[0]))
        grad_real(g, n->in[0], n->out[0]->grad, n);
}

const struct op op_dequantize = {
    .name = "dequantize",
    .in = {{"q", .rows = true}},
    .out = {{"x", .rows = true}},
    .grad = dequantize_grad,
    .bind = dequantize_bind,
};
