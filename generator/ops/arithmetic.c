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
 *     sub_int8, mul_int8, excite_int8, div_int8     the same of int8; gradients of the last three are of floats
 *
 * Other gradients are these operators again: da = dy * b of a product, dy / b of a quotient. */
#include "ops/ops.h"
#include "integers/integers.h"

#include <math.h>

static void arithmetic_bind(const struct node *n, struct bindings *b)
{
    bind_elements(b, n->out[0]);
}

static bool one_pixel(const struct shape *s)
{
    return s->h == 1 && s->w == 1;
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
    if (!shapes_equal(&l->in[0], &l->in[1]))
        different(d, l);
}

#define MAPS                                                                                                           \
    {                                                                                                                  \
        {"a", .rows = true},                                                                                           \
        {                                                                                                              \
            "b", .rows = true                                                                                          \
        }                                                                                                              \
    }

#define FACTORS                                                                                                        \
    {                                                                                                                  \
        {"a", .rows = true},                                                                                           \
        {                                                                                                              \
            "b"                                                                                                        \
        }                                                                                                              \
    }

static bool arithmetic_integer(struct quantiser *q, struct node *n);

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
    .grid = GRID_OWN,
    .integer = arithmetic_integer,
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
    gradient_of_map(g, n, n->in[0], n->op, n->out[0]->grad, n->in[1]);
    gradient_of_map(g, n, n->in[1], &op_excite_db, n->out[0]->grad, n->in[0]);
}

static const struct op op_excite = {
    .name = "excite",
    .in = FACTORS,
    .out = {{"y", .rows = true}},
    .inplace = 1,
    .grad = excite_grad,
    .bind = arithmetic_bind,
    .grid = GRID_OWN,
    .integer = arithmetic_integer,
};

static bool excites(const struct shape *map, const struct shape *factors)
{
    return one_pixel(factors) && factors->c == map->c;
}

static void mul_shape(struct diag *d, struct layer *l)
{
    bool second = excites(&l->in[0], &l->in[1]), first = excites(&l->in[1], &l->in[0]);
    l->out = l->in[first && !second];
    if (!shapes_equal(&l->in[0], &l->in[1]) && !first && !second)
        different(d, l);
}

static struct val *mul_build(struct graph *g, const struct layer *l, struct val **in)
{
    bool same = shapes_equal(&l->in[0], &l->in[1]), first = !same && one_pixel(&l->in[0]);
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
    .grid = GRID_OWN,
    .integer = arithmetic_integer,
};

/* ---- div ---- */

/* Int8 has zeros where a divisor is small: there, a gradient of floats is 0, not infinite. */
static void div_bind(const struct node *n, struct bindings *b)
{
    arithmetic_bind(n, b);
    bind_flag(b, "guarded", n->whole[0]);
    if (n->whole[0])
        b->label = arena_format(b->mem, "%s_guarded", b->label);
}

static const struct op op_div_db = {
    .name = "div_db",
    .in = {{"dy", .rows = true}, {"y", .rows = true}, {"b", .rows = true}},
    .out = {{"db", .rows = true}},
    .inplace = 1,
    .bind = div_bind,
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
    .bind = div_bind,
    .make = &make_div,
    .grid = GRID_OWN,
    .integer = arithmetic_integer,
};

/* ---- of int8 ----
 *
 *     sub           y = ((a - za) * A - (b - zb) * B + half >> bits) + zy     A = round(2^bits sa / sy), B likewise
 *     mul, excite   y = ((a - za) * (b - zb) * A + half >> bits) + zy         A = round(2^bits sa sb / sy)
 *     div           y = ((a - za) * A / (b - zb) + half >> bits) + zy         A = round(2^bits sa / (sb sy)); by 0: an end */

/* What a step of a sum is worth in steps of the result; of a difference a's and b's. */
struct factors {
    double a, b;
};

static struct factors sub_step(double a, double b, double y)
{
    return (struct factors){a / y, b / y};
}

static struct factors mul_step(double a, double b, double y)
{
    return (struct factors){a * b / y, 0};
}

static struct factors div_step(double a, double b, double y)
{
    return (struct factors){a / b / y, 0};
}

/* The forms of one operator: of floats, of int8. */
struct form {
    const struct op *real, *int8;
    struct factors (*step)(double a, double b, double y);
    double most;    /* steps in a sum */
    bool from_file; /* of int8 only where the file has a scale: quotients have no useful bound */
};

static const struct form forms[4];

static const struct form *form_of(const struct op *op)
{
    const struct form *f = forms;
    while (f->real != op && f->int8 != op)
        f++;
    return f;
}

/* Behind the point of the factors: sums stay below 2^30. */
static int form_bits(const struct form *f, struct factors s)
{
    int bits = 22;
    while (bits > 0 && ldexp(s.a + s.b, bits) * f->most >= ldexp(1, 30))
        bits--;
    return bits;
}

static void arithmetic_int8_bind(const struct node *n, struct bindings *b)
{
    const struct form *f = form_of(n->op);
    const struct val *x = n->in[0], *z = n->in[1], *y = n->out[0];
    struct factors step = f->step(x->scale, z->scale, y->scale);
    int bits = form_bits(f, step);
    bind_elements(b, y);
    bind_quant(b, "a", x);
    bind_quant(b, "b", z);
    bind_quant(b, "y", y);
    bind_text(b, "how", f->real->name);
    bind_int(b, "bits", bits);
    bind_int(b, "factor", (long)nearbyint(ldexp(step.a, bits)));
    bind_int(b, "b_factor", (long)nearbyint(ldexp(step.b, bits)));
}

/* ---- their gradients ---- */

static void negate_int_bind(const struct node *n, struct bindings *b)
{
    bind_elements(b, n->out[0]);
    bind_text(b, "gtype", type_name(n->out[0]->type));
}

static const struct op op_negate_int = {
    .name = "negate_int",
    .in = {{"dy", .rows = true}},
    .out = {{"dx", .rows = true}},
    .inplace = 1,
    .bind = negate_int_bind,
};

static void sub_int8_grad(struct graph *g, struct node *n)
{
    struct val *dy = n->out[0]->grad;
    if (wants_grad(n->in[0]))
        grad_same(g, n->in[0], dy, n);
    if (!wants_grad(n->in[1]))
        return;
    struct val *dx = val_like(g, arena_format(g->mem, "%s.negated", dy->name), dy);
    dx->range = dy->range;
    dx->expected = dy->expected;
    node_add(g, dy->range ? &op_negate_int : &op_negate, n->name, n->loc, dx)->in[0] = dy;
    grad_same(g, n->in[1], dx, n);
}

/* The gradient of x by a node of floats that reads p, q and r, of any type. */
static void gradient_of_floats(struct graph *g, struct node *n, struct val *x, const struct op *op, struct val *p,
                               struct val *q, struct val *r)
{
    if (!wants_grad(x))
        return;
    struct val *in[] = {p, q, r};
    struct val *dx = val_new(g, arena_format(g->mem, "d.%s.real", x->name), (struct shape){x->h, x->w, x->c}, F32);
    for (int i = 0; i < 3; i++)
        if (in[i] && in[i]->scale > 0)
            in[i] = as_real(g, in[i]);
    struct node *d = node_add(g, op, n->name, n->loc, dx);
    for (int i = 0; i < 3; i++)
        d->in[i] = in[i];
    d->whole[0] = true; /* a quotient: guarded */
    grad_real(g, x, dx, n);
}

static void product_int8_grad(struct graph *g, struct node *n)
{
    struct val *a = n->in[0], *b = n->in[1], *dy = gradient_as_real(g, n->out[0]->grad, n);
    bool factors = form_of(n->op)->real->in[1].rows == false;
    gradient_of_floats(g, n, a, factors ? &op_excite : &op_mul, dy, b, NULL);
    gradient_of_floats(g, n, b, factors ? &op_excite_db : &op_mul, dy, a, NULL);
}

static void div_int8_grad(struct graph *g, struct node *n)
{
    struct val *b = n->in[1], *y = n->out[0], *dy = gradient_as_real(g, y->grad, n);
    gradient_of_floats(g, n, n->in[0], &op_div, dy, b, NULL);
    gradient_of_floats(g, n, b, &op_div_db, dy, y, b);
}

/* ---- the operators of int8 ---- */

#define OF_INT8(NAME, IN, GRAD)                                                                                        \
    {                                                                                                                  \
        .name = NAME, .template = "arithmetic_int8", .in = IN, .out = {{"y", .rows = true}}, .inplace = 1,             \
        .grad = GRAD, .bind = arithmetic_int8_bind,                                                                    \
    }

static const struct op op_sub_int8 = OF_INT8("sub_int8", MAPS, sub_int8_grad);
static const struct op op_mul_int8 = OF_INT8("mul_int8", MAPS, product_int8_grad);
static const struct op op_excite_int8 = OF_INT8("excite_int8", FACTORS, product_int8_grad);
static const struct op op_div_int8 = OF_INT8("div_int8", MAPS, div_int8_grad);

static const struct form forms[4] = {
    {&op_sub, &op_sub_int8, sub_step, 256, false},
    {&op_mul, &op_mul_int8, mul_step, 65536, false},
    {&op_excite, &op_excite_int8, mul_step, 65536, false},
    {&op_div, &op_div_int8, div_step, 256, true},
};

/* The ends of int8 as real numbers: all that a map can be. */
static void ends(const struct val *v, double *lo, double *hi)
{
    *lo = (-128 - v->zero) * v->scale;
    *hi = (127 - v->zero) * v->scale;
}

static void result_ends(const struct node *n, const struct form *f, double *lo, double *hi)
{
    double a[2], b[2];
    ends(n->in[0], &a[0], &a[1]);
    ends(n->in[1], &b[0], &b[1]);
    *lo = *hi = 0;
    for (int i = 0; i < 4; i++) {
        double x = a[i % 2], z = b[i / 2], y = f->most == 256 ? x - z : x * z;
        *lo = fmin(*lo, y);
        *hi = fmax(*hi, y);
    }
}

static bool arithmetic_integer(struct quantiser *q, struct node *n)
{
    const struct form *f = form_of(n->op);
    struct val *a = n->in[0], *b = n->in[1], *y = n->out[0];
    double lo, hi;
    result_ends(n, f, &lo, &hi);
    if (f->from_file && !file_grid(q, n, n->name, "output", y))
        return false;
    if (!f->from_file)
        result_grid(q, n, lo, hi);
    if (form_bits(f, f->step(a->scale, b->scale, y->scale)) == 0) { /* scales that do not belong together */
        y->scale = y->zero = 0;
        return false;
    }
    y->type = I8;
    node_become(n, f->int8);
    quantiser_push(q, n);
    return true;
}
