/* SPDX-License-Identifier: MIT */
/* Activations of int8 maps: y = table[x], 256 results made with the network.
 *
 *     table      the 256 results
 *     table_dx   dx = dy * slope[x] [+ plus], slopes in units of 2^-bits                              */
#include "integers/integers.h"

#include <math.h>

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

int slopes_new(struct graph *g, struct node *d, int i, const double *slope, int count, const char *name,
               const char *comment)
{
    double largest = 1e-9;
    int16_t *table = NEW_ARRAY(g->mem, int16_t, count);
    for (int k = 0; k < count; k++)
        largest = fmax(largest, fabs(slope[k]));
    int bits = 0;
    while (bits < 30 && ldexp(largest, bits + 1) <= INT16_MAX)
        bits++;
    for (int k = 0; k < count; k++)
        table[k] = (int16_t)nearbyint(ldexp(slope[k], bits));
    d->in[i] = val_constant(g, arena_format(g->mem, "%s.slope", name), I16, table, count, comment);
    expect(d->out[0], d->in[0]->expected * largest);
    return bits;
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
    double slope[VALUES];
    for (int i = 0; i < VALUES; i++)
        slope[i] = n->activation->slope(n, real_at(x, i));
    d->whole[0] = slopes_new(g, d, TABLE_SLOPE, slope, VALUES, n->out[0]->name,
                             arena_format(g->mem, "%s: slopes for int8 0 to 127, -128 to -1", n->name));
}

static const struct op op_table_int8 = {
    .name = "table_int8",
    .in = {{"x", .rows = true}, {"table"}},
    .out = {{"y", .rows = true}},
    .inplace = 1,
    .grad = table_grad,
    .bind = table_bind,
};

/* What f can give of the int8 that n reads, with 0. */
static void table_span(const struct node *n, double *lo, double *hi)
{
    *lo = *hi = 0;
    for (int i = 0; i < VALUES; i++) {
        double y = n->op->value(n, real_at(n->in[TABLE_X], i));
        *lo = fmin(*lo, y);
        *hi = fmax(*hi, y);
    }
}

bool activation_integer(struct quantiser *q, struct node *n)
{
    struct graph *g = q->g;
    struct val *y = n->out[0];
    int8_t *table = NEW_ARRAY(g->mem, int8_t, VALUES);
    double lo, hi;
    table_span(n, &lo, &hi);
    result_grid(q, n, lo, hi);
    y->type = I8;
    n->activation = n->op;
    node_become(n, &op_table_int8);
    for (int i = 0; i < VALUES; i++) {
        double v = round(n->activation->value(n, real_at(n->in[TABLE_X], i)) / y->scale) + y->zero;
        table[i] = (int8_t)fmax(-128, fmin(127, v));
    }
    n->in[TABLE] =
        val_constant(g, arena_format(g->mem, "%s.table", y->name), I8, table, VALUES,
                     arena_format(g->mem, "%s: %s of int8 0 to 127, -128 to -1", n->name, n->activation->name));
    quantiser_push(q, n);
    return true;
}
