/* SPDX-License-Identifier: MIT */
/* Sums and activations of int8 maps, and bridges between int8 and float32. */
#include "ops/int8.h"

#include <math.h>

/* ---- add_int8: two int8 maps, each with a scale of its own ----
 *
 *     y = clamp(((a - za) * A + (b - zb) * B + 2^(f-1) >> f) + zy)      A = round(2^f sa / sy)
 *
 * or, with TFLite's rounding, both at 2^20 of twice the larger scale, summed, and scaled again. */

static void add_bind(const struct node *n, struct bindings *b)
{
    const struct val *a = n->in[0], *c = n->in[1], *y = n->out[0];
    bind_elements(b, y);
    bind_quant(b, "a", a);
    bind_quant(b, "b", c);
    bind_quant(b, "y", y);
    bind_int(b, "lo", n->whole[WHOLE_LO]);
    bind_int(b, "hi", n->whole[WHOLE_HI]);
    bind_flag(b, "tflite", n->whole[WHOLE_SHIFT] != 0);
    bind_flag(b, "has_mask", n->out[1] != NULL);
    if (n->whole[WHOLE_SHIFT]) {
        double twice = 2 * fmax(a->scale, c->scale);
        struct factor f[3] = {tflite_factor(a->scale / twice), tflite_factor(c->scale / twice),
                              tflite_factor(twice / (1048576.0 * y->scale))};
        static const char *const names[] = {"a", "b", "y"};
        for (int i = 0; i < 3; i++) {
            bind_int(b, arena_format(b->mem, "%s_multiplier", names[i]), f[i].multiplier);
            bind_int(b, arena_format(b->mem, "%s_shift", names[i]), f[i].shift);
        }
        return;
    }
    int bits = 22; /* 255 * (A + B) + half stays below 2^31 */
    double sum = (a->scale + c->scale) / y->scale;
    while (bits > 0 && ldexp(sum, bits) * 256 >= 2147483647.0 - ldexp(1, bits))
        bits--;
    bind_int(b, "bits", bits);
    bind_int(b, "a_factor", (long)nearbyint(ldexp(a->scale / y->scale, bits)));
    bind_int(b, "b_factor", (long)nearbyint(ldexp(c->scale / y->scale, bits)));
}

static void add_grad(struct graph *g, struct node *n)
{
    struct val *dy = n->out[0]->grad;
    if (n->whole[WHOLE_GATED])
        dy = gated(g, n, dy);
    for (int i = 0; i < 2; i++)
        if (wants_grad(n->in[i]))
            grad_same(g, n->in[i], n->in[i]->scale > 0 ? dy : gradient_as_real(g, dy, n), n);
}

const struct op op_add_int8 = {
    .name = "add_int8",
    .in = {{"a", .rows = true}, {"b", .rows = true}},
    .out = {{"y", .rows = true}, {"mask", .rows = true, .optional = true, .null = true}},
    .inplace = 1,
    .grad = add_grad,
    .bind = add_bind,
};

/* ---- add_real: an int8 map and a map of floats; the result has the scale of the first ---- */

static void add_real_bind(const struct node *n, struct bindings *b)
{
    bind_elements(b, n->out[0]);
    bind_real(b, "scale", n->out[0]->scale);
    bind_int(b, "lo", n->whole[WHOLE_LO]);
    bind_int(b, "hi", n->whole[WHOLE_HI]);
    bind_flag(b, "has_mask", n->out[1] != NULL);
}

const struct op op_add_real = {
    .name = "add_real",
    .in = {{"a", .rows = true}, {"b", .rows = true}},
    .out = {{"y", .rows = true}, {"mask", .rows = true, .optional = true, .null = true}},
    .inplace = 1,
    .grad = add_grad,
    .bind = add_real_bind,
};

/* ---- quantize: q = clamp(round(x / scale) + zero) ---- */

static void quantize_bind(const struct node *n, struct bindings *b)
{
    bind_elements(b, n->out[0]);
    bind_real(b, "scale", n->out[0]->scale);
    bind_int(b, "zero", n->out[0]->zero);
}

static void quantize_grad(struct graph *g, struct node *n)
{
    if (wants_grad(n->in[0]))
        grad_same(g, n->in[0], gradient_as_real(g, n->out[0]->grad, n), n);
}

const struct op op_quantize = {
    .name = "quantize",
    .in = {{"x", .rows = true}},
    .out = {{"q", .rows = true}},
    .grad = quantize_grad,
    .bind = quantize_bind,
};

/* ---- recentre: uint8 - 128, the image as int8 ---- */

static void recentre_bind(const struct node *n, struct bindings *b)
{
    bind_elements(b, n->out[0]);
}

const struct op op_recentre = {
    .name = "recentre",
    .in = {{"u", .rows = true}},
    .out = {{"q", .rows = true}},
    .bind = recentre_bind,
};

/* ---- clamp_int8: a relu or relu6 that is no bound of the operator before it; the scale stays ---- */

static void clamp_bind(const struct node *n, struct bindings *b)
{
    bind_elements(b, n->out[0]);
    bind_int(b, "lo", n->whole[WHOLE_LO]);
    bind_int(b, "hi", n->whole[WHOLE_HI]);
    bind_flag(b, "has_mask", n->out[1] != NULL);
}

static void clamp_grad(struct graph *g, struct node *n)
{
    if (wants_grad(n->in[0]))
        grad_same(g, n->in[0], gated(g, n, n->out[0]->grad), n);
}

const struct op op_clamp_int8 = {
    .name = "clamp_int8",
    .in = {{"x", .rows = true}},
    .out = {{"y", .rows = true}, {"mask", .rows = true, .optional = true, .null = true}},
    .inplace = 1,
    .grad = clamp_grad,
    .bind = clamp_bind,
};

/* ---- table_int8: y = table[x], of an activation that is smooth ----
 *
 *     table      the 256 results
 *     table_dx   dx = dy * slope[x] [+ plus], slopes in units of 2^-bits                              */

enum { TABLE_X, TABLE, TABLE_DY = 0, TABLE_DY_RANGE, TABLE_DX_X, TABLE_SLOPE, TABLE_PLUS, TABLE_PLUS_RANGE };

static void table_bind(const struct node *n, struct bindings *b)
{
    bind_elements(b, n->out[0]);
}

static void table_dx_bind(const struct node *n, struct bindings *b)
{
    bind_elements(b, n->out[0]);
    bind_text(b, "gtype", type_name(n->out[0]->type));
    bind_int(b, "bits", n->whole[0]);
    bind_flag(b, "has_plus", n->in[TABLE_PLUS] != NULL);
}

static const struct op op_table_dx = {
    .name = "table_dx",
    .in = {{"dy", .rows = true},
           {"dy_range", .optional = true},
           {"x", .rows = true},
           {"slope"},
           {"plus", .rows = true, .optional = true},
           {"plus_range", .optional = true}},
    .out = {{"dx", .rows = true}, {"range", .optional = true}},
    .inplace = 1 + TABLE_PLUS,
    .plus = 1 + TABLE_PLUS,
    .bind = table_dx_bind,
};

enum { VALUES = 256 };

/* The real number that int8 i & 255 of v stands for. */
static double real_at(const struct val *v, int i)
{
    return ((i < 128 ? i : i - VALUES) - v->zero) * v->scale;
}

/* Slopes as int16, as fine as the largest of them allows. */
static void set_slopes(struct graph *g, struct node *d, const struct node *n)
{
    double slope[VALUES], largest = 1e-9;
    int16_t *table = NEW_ARRAY(g->mem, int16_t, VALUES);
    for (int i = 0; i < VALUES; i++) {
        slope[i] = n->activation->slope(real_at(n->in[TABLE_X], i));
        largest = fmax(largest, fabs(slope[i]));
    }
    int bits = 0;
    while (bits < 30 && ldexp(largest, bits + 1) <= INT16_MAX)
        bits++;
    for (int i = 0; i < VALUES; i++)
        table[i] = (int16_t)nearbyint(ldexp(slope[i], bits));
    d->whole[0] = bits;
    d->in[TABLE_SLOPE] = val_constant(g, arena_format(g->mem, "%s.slope", n->out[0]->name), I16, table, VALUES,
                                      arena_format(g->mem, "%s: slopes for int8 0 to 127, -128 to -1", n->name));
    expect(d->out[0], d->in[TABLE_DY]->expected * largest);
}

static void table_grad(struct graph *g, struct node *n)
{
    struct val *x = n->in[TABLE_X], *dy = n->out[0]->grad;
    if (!wants_grad(x))
        return;
    struct node *d = grad_add(g, x, &op_table_dx, n);
    d->in[TABLE_DY] = dy;
    d->in[TABLE_DY_RANGE] = dy->range;
    d->in[TABLE_DX_X] = x;
    set_slopes(g, d, n);
}

static const struct op op_table_int8 = {
    .name = "table_int8",
    .in = {{"x", .rows = true}, {"table"}},
    .out = {{"y", .rows = true}},
    .inplace = 1,
    .grad = table_grad,
    .bind = table_bind,
};

void table_range(const struct node *n, double *lo, double *hi)
{
    *lo = *hi = 0;
    for (int i = 0; i < VALUES; i++) {
        double y = n->op->value(real_at(n->in[TABLE_X], i));
        *lo = fmin(*lo, y);
        *hi = fmax(*hi, y);
    }
}

void table_quantise(struct graph *g, struct node *n)
{
    const struct val *y = n->out[0];
    int8_t *table = NEW_ARRAY(g->mem, int8_t, VALUES);
    n->activation = n->op;
    node_become(n, &op_table_int8);
    for (int i = 0; i < VALUES; i++) {
        double q = round(n->activation->value(real_at(n->in[TABLE_X], i)) / y->scale) + y->zero;
        table[i] = (int8_t)fmax(-128, fmin(127, q));
    }
    n->in[TABLE] =
        val_constant(g, arena_format(g->mem, "%s.table", y->name), I8, table, VALUES,
                     arena_format(g->mem, "%s: %s of int8 0 to 127, -128 to -1", n->name, n->activation->name));
}
