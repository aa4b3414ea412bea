/* SPDX-License-Identifier: MIT */
/* Differences, products and quotients of two maps, element by element; a product also with a map of one pixel, whose
 * channels are factors (squeeze-and-excite, Hu et al., CVPR 2018).
 *
 *     sub, mul, div     y = a - b, a * b, a / b                                  rows
 *     excite            y = a * b, b of one pixel                                rows
 *     negate            db = -dy, of a difference                                rows
 *     div_db            db = -dy * y / b                                         rows
 *     excite_db         db = the sum of dy * a over all pixels                   accumulates over rows
 *
 * Other gradients are these operators again: da = dy * b of a product, dy / b of a quotient. */
#include "ops/int8.h"

static void arithmetic_bind(const struct node *n, struct bindings *b)
{
    bind_elements(b, n->out[0]);
}

static bool one_pixel(const struct shape *s)
{
    return s->h == 1 && s->w == 1;
}

static bool same_shape(const struct shape *a, const struct shape *b)
{
    return a->h == b->h && a->w == b->w && a->c == b->c;
}

static void different(struct diag *d, const struct layer *l)
{
    const struct shape *a = &l->in[0], *b = &l->in[1];
    diag_error(d, l->loc, "from", NULL, "%s '%s': a map of %d x %d x %d and one of %d x %d x %d", l->make->name,
               l->name, a->h, a->w, a->c, b->h, b->w, b->c);
}

static void arithmetic_shape(struct diag *d, struct layer *l)
{
    l->out = l->in[0];
    if (!same_shape(&l->in[0], &l->in[1]))
        different(d, l);
}

#define MAPS                                                                                                           \
    {                                                                                                                  \
        {"a", .rows = true},                                                                                           \
        {                                                                                                              \
            "b", .rows = true                                                                                          \
        }                                                                                                              \
    }

/* The gradient of x as a node of `op`, which reads p and q. */
static void gradient_of_map(struct graph *g, struct node *n, struct val *x, const struct op *op, struct val *p,
                            struct val *q)
{
    if (!wants_grad(x))
        return;
    struct node *d = grad_add(g, x, op, n);
    d->in[0] = p;
    d->in[1] = q;
}

/* ---- sub ---- */

static const struct op op_negate = {
    .name = "negate",
    .in = {{"dy", .rows = true}},
    .out = {{"dx", .rows = true}},
    .inplace = 1,
    .bind = arithmetic_bind,
};

static void sub_grad(struct graph *g, struct node *n)
{
    if (wants_grad(n->in[0]))
        grad_same(g, n->in[0], n->out[0]->grad, n);
    gradient_of_map(g, n, n->in[1], &op_negate, n->out[0]->grad, NULL);
}

static const struct constructor make_sub = {.name = "sub", .inputs = 2, .has_act = true, .shape = arithmetic_shape};

const struct op op_sub = {
    .name = "sub",
    .in = MAPS,
    .out = {{"y", .rows = true}},
    .inplace = 1,
    .grad = sub_grad,
    .bind = arithmetic_bind,
    .make = &make_sub,
};

/* ---- mul ---- */

static void mul_grad(struct graph *g, struct node *n)
{
    gradient_of_map(g, n, n->in[0], &op_mul, n->out[0]->grad, n->in[1]);
    gradient_of_map(g, n, n->in[1], &op_mul, n->out[0]->grad, n->in[0]);
}

static void excite_db_bind(const struct node *n, struct bindings *b)
{
    bind_elements(b, n->in[0]);
}

static const struct op op_excite_db = {
    .name = "excite_db",
    .in = {{"dy", .rows = true}, {"a", .rows = true}},
    .out = {{"db"}},
    .stepping = STEP_ACCUMULATE,
    .bind = excite_db_bind,
};

static void excite_grad(struct graph *g, struct node *n)
{
    gradient_of_map(g, n, n->in[0], &op_excite, n->out[0]->grad, n->in[1]);
    gradient_of_map(g, n, n->in[1], &op_excite_db, n->out[0]->grad, n->in[0]);
}

const struct op op_excite = {
    .name = "excite",
    .in = {{"a", .rows = true}, {"b"}},
    .out = {{"y", .rows = true}},
    .inplace = 1,
    .grad = excite_grad,
    .bind = arithmetic_bind,
};

static bool excites(const struct shape *map, const struct shape *factors)
{
    return one_pixel(factors) && factors->c == map->c;
}

static void mul_shape(struct diag *d, struct layer *l)
{
    bool second = excites(&l->in[0], &l->in[1]), first = excites(&l->in[1], &l->in[0]);
    l->out = l->in[first && !second];
    if (!same_shape(&l->in[0], &l->in[1]) && !first && !second)
        different(d, l);
}

static struct val *mul_build(struct graph *g, const struct layer *l, struct val **in)
{
    bool same = same_shape(&l->in[0], &l->in[1]), first = !same && one_pixel(&l->in[0]);
    struct node *n = node_add(g, same ? &op_mul : &op_excite, l->name, l->loc, val_new(g, l->name, l->out, F32));
    n->in[0] = in[first];
    n->in[1] = in[!first];
    return activation_add(g, l, n->out[0]);
}

static const struct constructor make_mul = {.name = "mul", .inputs = 2, .has_act = true, .shape = mul_shape};

const struct op op_mul = {
    .name = "mul",
    .in = MAPS,
    .out = {{"y", .rows = true}},
    .inplace = 1,
    .grad = mul_grad,
    .bind = arithmetic_bind,
    .make = &make_mul,
    .build = mul_build,
};

/* ---- div ---- */

static const struct op op_div_db = {
    .name = "div_db",
    .in = {{"dy", .rows = true}, {"y", .rows = true}, {"b", .rows = true}},
    .out = {{"db", .rows = true}},
    .inplace = 1,
    .bind = arithmetic_bind,
};

static void div_grad(struct graph *g, struct node *n)
{
    struct val *y = n->out[0];
    gradient_of_map(g, n, n->in[0], &op_div, y->grad, n->in[1]);
    if (!wants_grad(n->in[1]))
        return;
    struct node *d = grad_add(g, n->in[1], &op_div_db, n);
    d->in[0] = y->grad;
    d->in[1] = y;
    d->in[2] = n->in[1];
}

static const struct constructor make_div = {.name = "div", .inputs = 2, .has_act = true, .shape = arithmetic_shape};

const struct op op_div = {
    .name = "div",
    .in = MAPS,
    .out = {{"y", .rows = true}},
    .inplace = 1,
    .grad = div_grad,
    .bind = arithmetic_bind,
    .make = &make_div,
};
