/* SPDX-License-Identifier: MIT */
/* The sum of two maps: of floats, of int8, of both. */
#include "ops/ops.h"
#include "integers/integers.h"

#include <math.h>

/* ---- add_int8: two int8 maps, each with a scale of its own ----
 *
 *     y = clamp(((a - za) * A + (b - zb) * B + 2^(f-1) >> f) + zy)      A = round(2^f sa / sy)
 *
 * or, with TFLite's rounding, both at 2^20 of twice the larger scale, summed, and scaled again. */

static void add_int8_bind(const struct node *n, struct bindings *b)
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
        bind_tflite_sum(b, a, c, y);
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

static void add_int8_grad(struct graph *g, struct node *n)
{
    struct val *dy = n->out[0]->grad;
    if (n->whole[WHOLE_GATED])
        dy = gated(g, n, dy);
    for (int i = 0; i < 2; i++)
        if (wants_grad(n->in[i]))
            grad_same(g, n->in[i], n->in[i]->scale > 0 ? dy : gradient_as_real(g, dy, n), n);
}

static const struct op op_add_int8 = {
    .name = "add_int8",
    .in = {{"a", .rows = true}, {"b", .rows = true}},
    .out = {{"y", .rows = true}, {"mask", .rows = true, .optional = true, .null = true}},
    .inplace = 1,
    .grad = add_int8_grad,
    .bind = add_int8_bind,
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

static const struct op op_add_real = {
    .name = "add_real",
    .in = {{"a", .rows = true}, {"b", .rows = true}},
    .out = {{"y", .rows = true}, {"mask", .rows = true, .optional = true, .null = true}},
    .inplace = 1,
    .grad = add_int8_grad,
    .bind = add_real_bind,
};

static bool add_integer(struct quantiser *q, struct node *n)
{
    struct val *a = n->in[0], *b = n->in[1], *y = n->out[0];
    bool both = a->scale > 0 && b->scale > 0;
    if (both) {
        result_grid(q, n, (-128 - a->zero) * a->scale + (-128 - b->zero) * b->scale,
                    (127 - a->zero) * a->scale + (127 - b->zero) * b->scale);
        if (!((a->scale + b->scale) / y->scale < LARGEST_FACTOR))
            diag_error(q->g->diag, n->loc, NULL, NULL,
                       "'%s': the scales of what it adds (%g, %g) and of its result (%g) do not belong together",
                       n->name, a->scale, b->scale, y->scale);
    } else { /* a branch of floats beside the integer one, whose scale it takes */
        n->in[0] = a->scale > 0 ? a : b;
        n->in[1] = a->scale > 0 ? b : a;
        y->scale = n->in[0]->scale;
        y->zero = n->in[0]->zero;
    }
    node_become(n, both ? &op_add_int8 : &op_add_real);
    result_int8(q, n);
    n->whole[WHOLE_SHIFT] = q->g->spec->precision.tflite_rounding;
    quantiser_push(q, n);
    return true;
}

/* ---- add: y = a + b ---- */

static void add_bind(const struct node *n, struct bindings *b)
{
    bind_elements(b, n->out[0]);
}

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
    .bind = add_bind,
    .make = &make_add,
    .sum = true,
    .grid = GRID_SUM,
    .integer = add_integer,
};
