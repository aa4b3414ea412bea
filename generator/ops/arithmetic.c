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
 *     sub_int8, mul_int8, excite_int8, div_int8     the same of int8
 *     negate_int, .. _int8_dx, .. _int8_db          their gradients
 *
 * Other gradients of floats are these operators again: da = dy * b of a product, dy / b of a quotient. */
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
    .grid = GRID_OWN,
    .integer = arithmetic_integer,
};

/* ---- of int8 ----
 *
 *     sub           y = ((a - za) * A - (b - zb) * B + half >> bits) + zy     A = round(2^bits sa / sy), B likewise
 *     mul, excite   y = ((a - za) * (b - zb) * A + half >> bits) + zy         A = round(2^bits sa sb / sy)
 *     div           y = ((a - za) * A / (b - zb) + half >> bits) + zy         A = round(2^bits sa / (sb sy)); by 0: an end
 *
 * or, with TFLite's rounding, a difference as its SUB (add.c), a product as its MUL: scaled by sa sb / sy as sums of
 * convolutions are. */

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

/* Behind the point of the factors. */
static int form_bits(const struct form *f, struct factors s)
{
    return factor_bits(s.a + s.b, f->most);
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
    bind_flag(b, "tflite", n->whole[WHOLE_SHIFT] != 0);
    if (n->whole[WHOLE_SHIFT] && f->most == 256)
        bind_tflite_sum(b, x, z, y);
    else if (n->whole[WHOLE_SHIFT])
        bind_factor(b, "y", tflite_factor(step.a));
    if (n->whole[WHOLE_SHIFT])
        return;
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

void grad_negated(struct graph *g, struct val *x, struct val *dy, const struct node *n)
{
    struct val *dx = val_like(g, arena_format(g->mem, "%s.negated", dy->name), dy);
    dx->range = dy->range;
    dx->expected = dy->expected;
    node_add(g, dy->range ? &op_negate_int : &op_negate, n->name, n->loc, dx)->in[0] = dy;
    grad_same(g, x, dx, n);
}

static void sub_int8_grad(struct graph *g, struct node *n)
{
    struct val *dy = n->out[0]->grad;
    if (wants_grad(n->in[0]))
        grad_same(g, n->in[0], dy, n);
    if (wants_grad(n->in[1]))
        grad_negated(g, n->in[1], dy, n);
}

/* Of a product da = dy * b; of a quotient da = dy / b and db = -dy * y / b, 0 where b is.  They read int8 and dy, of floats
 * or of integers with a range. */
enum { PART_DY, PART_DY_RANGE, PART_B, PART_Y, PART_PLUS, PART_PLUS_RANGE };

/* dy times or over the last of the int8 that it reads, in units of the gradient: `real` is what a step of them is worth. */
static void part_bind(const struct node *n, struct bindings *b)
{
    const struct val *z = n->in[PART_B], *y = n->in[PART_Y];
    enum type type = n->out[0]->type;
    bind_elements(b, n->out[0]);
    bind_quant(b, "b", z);
    if (y)
        bind_quant(b, "y", y);
    bind_text(b, "how", n->op->name);
    bind_text(b, "gtype", type_name(type));
    bind_flag(b, "has_plus", n->in[PART_PLUS] != NULL);
    if (type == F32) {
        bind_real(b, "scale", z->scale);
        if (y)
            bind_real(b, "y_scale", y->scale);
        return;
    }
    struct factor f = factor_of(n->number[0]);
    bind_int(b, "mantissa", f.multiplier);
    bind_int(b, "exponent", f.shift);
}

#define PART_OF_INT8(NAME, B_ROWS)                                                                                     \
    {                                                                                                                  \
        .name = NAME, .template = "arithmetic_int8_dx",                                                                \
        .in = {{"dy", .rows = true},                                                                                   \
               {"dy_range", .optional = true},                                                                         \
               {"b", .rows = B_ROWS},                                                                                  \
               {"y", .rows = true, .optional = true},                                                                  \
               {"plus", .rows = true, .optional = true},                                                               \
               {"plus_range", .optional = true}},                                                                      \
        .out = {{"dx", .rows = true}, {"range", .optional = true}}, .inplace = 1 + PART_PLUS, .plus = 1 + PART_PLUS,   \
        .bind = part_bind,                                                                                             \
    }

static const struct op op_mul_int8_dx = PART_OF_INT8("mul_int8_dx", true);
static const struct op op_excite_int8_dx = PART_OF_INT8("excite_int8_dx", false);
static const struct op op_div_int8_dx = PART_OF_INT8("div_int8_dx", true);
static const struct op op_div_int8_db = PART_OF_INT8("div_int8_db", true);

/* The gradient of x: dy and b by op, or dy, y and b.  A step of what they make is worth `real` steps of dy, and the largest
 * of them `largest`, a guess. */
static void part_of(struct graph *g, struct node *n, struct val *x, const struct op *op, struct val *b, struct val *y,
                    double real, double largest)
{
    struct val *dy = n->out[0]->grad;
    if (!wants_grad(x))
        return;
    struct node *d = grad_add(g, x, op, n);
    d->in[PART_DY] = dy;
    d->in[PART_DY_RANGE] = dy->range;
    d->in[PART_B] = b;
    d->in[PART_Y] = y;
    d->number[0] = real;
    expect(d->out[0], dy->expected * largest);
}

/* The gradient of factors is added up in floats, row by row, and is of one pixel. */
static void excite_int8_db_bind(const struct node *n, struct bindings *b)
{
    bind_elements(b, n->in[PART_B]);
    bind_quant(b, "a", n->in[PART_B]);
    bind_real(b, "scale", n->in[PART_B]->scale);
    bind_text(b, "gtype", type_name(n->in[PART_DY]->type));
}

static const struct op op_excite_int8_db = {
    .name = "excite_int8_db",
    .in = {{"dy", .rows = true}, {"dy_range", .optional = true}, {"a", .rows = true}},
    .out = {{"db"}},
    .stepping = STEP_ACCUMULATE,
    .bind = excite_int8_db_bind,
};

static void part_of_factors(struct graph *g, struct node *n)
{
    struct val *a = n->in[0], *b = n->in[1], *dy = n->out[0]->grad;
    if (!wants_grad(b))
        return;
    struct val *db = val_new(g, arena_format(g->mem, "d.%s.real", b->name), (struct shape){1, 1, b->c}, F32);
    struct node *d = node_add(g, &op_excite_int8_db, n->name, n->loc, db);
    d->in[PART_DY] = dy;
    d->in[PART_DY_RANGE] = dy->range;
    d->in[PART_B] = a;
    grad_real(g, b, db, n);
}

static double largest_of(const struct val *v)
{
    return fmax(128 + v->zero, 127 - v->zero) * v->scale;
}

static void mul_int8_grad(struct graph *g, struct node *n)
{
    struct val *a = n->in[0], *b = n->in[1];
    part_of(g, n, a, &op_mul_int8_dx, b, NULL, b->scale, largest_of(b));
    part_of(g, n, b, &op_mul_int8_dx, a, NULL, a->scale, largest_of(a));
}

static void excite_int8_grad(struct graph *g, struct node *n)
{
    struct val *b = n->in[1];
    part_of(g, n, n->in[0], &op_excite_int8_dx, b, NULL, b->scale, largest_of(b));
    part_of_factors(g, n);
}

/* Quotients of integers have bits behind the point: as many as leave what is divided below 2^30. */
static void div_int8_grad(struct graph *g, struct node *n)
{
    enum { USUAL = 64 }; /* steps of a divisor */
    struct val *b = n->in[1], *y = n->out[0];
    part_of(g, n, n->in[0], &op_div_int8_dx, b, NULL, ldexp(1 / b->scale, -15), 1 / (USUAL * b->scale));
    part_of(g, n, b, &op_div_int8_db, b, y, ldexp(y->scale / b->scale, -7), largest_of(y) / (USUAL * b->scale));
}

/* ---- the operators of int8 ---- */

#define OF_INT8(NAME, IN, GRAD)                                                                                        \
    {                                                                                                                  \
        .name = NAME, .template = "arithmetic_int8", .in = IN, .out = {{"y", .rows = true}}, .inplace = 1,             \
        .grad = GRAD, .bind = arithmetic_int8_bind,                                                                    \
    }

static const struct op op_sub_int8 = OF_INT8("sub_int8", MAPS, sub_int8_grad);
static const struct op op_mul_int8 = OF_INT8("mul_int8", MAPS, mul_int8_grad);
static const struct op op_excite_int8 = OF_INT8("excite_int8", FACTORS, excite_int8_grad);
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
    n->whole[WHOLE_SHIFT] = q->g->spec->precision.tflite_rounding && !f->from_file; /* TFLite has no DIV of int8 */
    quantiser_push(q, n);
    return true;
}
