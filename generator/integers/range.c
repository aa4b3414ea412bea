/* SPDX-License-Identifier: MIT */
/* Integer gradients: int16 or int8 times a power of two, which follows the gradient's size.
 *
 * real = q * 2^-exponent.  The exponent is fixed during a step; after it, it is set so that the largest magnitude
 * of the last 16 steps leaves head room (a factor 4 or more), for gradients of single samples differ a lot:
 * a scale from the last step alone saturates a third of the values (docs/accuracy.md).
 *
 *     widen     float  = q * 2^-exponent                      rows
 *     narrow    q = round(float * 2^exponent) [+ plus]        rows
 *     sum_int   q = a + b, each with a scale of its own       rows
 *     gate_dx   dy where the forward result was inside its clamp, else 0   rows, in place            */
#include "integers/integers.h"

static void bind_types(const struct node *n, struct bindings *b)
{
    bind_elements(b, n->out[0]);
    bind_text(b, "gtype", type_name(n->out[0]->type));
}

static void bind_widen(const struct node *n, struct bindings *b)
{
    bind_elements(b, n->out[0]);
    bind_channels(b, n, "from", 2, n->in[0]);
    bind_text(b, "gtype", type_name(n->in[0]->type));
}

static void bind_narrow(const struct node *n, struct bindings *b)
{
    bind_types(n, b);
    bind_flag(b, "has_plus", n->in[1] != NULL);
}

static const struct op op_widen = {
    .name = "widen",
    .in = {{"q", .rows = true, .index = 3}, {"range"}, {"from", .optional = true}},
    .out = {{"x", .rows = true}},
    .form = true,
    .bind = bind_widen,
};

const struct op op_narrow = {
    .name = "narrow",
    .in = {{"x", .rows = true}, {"plus", .rows = true, .optional = true}, {"plus_range", .optional = true}},
    .out = {{"q", .rows = true}, {"range"}},
    .inplace = 2,
    .plus = 2,
    .bind = bind_narrow,
};

const struct op op_sum_int = {
    .name = "sum_int",
    .in = {{"a", .rows = true}, {"b", .rows = true}, {"a_range"}, {"b_range"}},
    .out = {{"q", .rows = true}, {"range"}},
    .inplace = 1,
    .bind = bind_types,
};

struct val *gradient_as_real(struct graph *g, struct val *dy, const struct node *n)
{
    if (!dy->range)
        return dy;
    if (!dy->real) {
        dy->real = val_new(g, arena_format(g->mem, "%s.real", dy->name), (struct shape){dy->h, dy->w, dy->c}, F32);
        struct node *w = node_add(g, &op_widen, n->name, n->loc, dy->real);
        w->in[0] = dy;
        w->in[1] = dy->range;
    }
    return dy->real;
}

struct val *integers_of(const struct val *real)
{
    return real->def && real->def->op->form ? real->def->in[0] : NULL;
}

void grad_real(struct graph *g, struct val *x, struct val *dx, const struct node *n)
{
    if (gradient_type(g, x) == F32) {
        grad_same(g, x, dx, n);
        return;
    }
    struct node *d = grad_add(g, x, &op_narrow, n);
    d->in[0] = dx;
    expect(d->out[0], 0.1); /* of a loss near the scores: refined after one step */
}

struct node *grad_in_floats(struct graph *g, struct val *x, const struct op *op, struct val *dy, const struct node *n)
{
    struct node *d;
    if (dy->type == F32) {
        d = grad_add(g, x, op, n);
        d->in[0] = dy;
        return d;
    }
    struct val *dx = val_new(g, arena_format(g->mem, "d.%s.real", x->name), (struct shape){x->h, x->w, x->c}, F32);
    struct val *real = gradient_as_real(g, dy, n);
    d = node_add(g, op, n->name, n->loc, dx);
    d->in[0] = real;
    grad_real(g, x, dx, n);
    return d;
}

/* ---- gate_dx ---- */

enum { GATE_DY, GATE };

static void gate_bind(const struct node *n, struct bindings *b)
{
    bind_types(n, b);
    bind_text(b, "by", n->in[GATE]->type == BITS ? "mask" : "value");
    bind_int(b, "lo", n->whole[WHOLE_LO]);
    bind_int(b, "hi", n->whole[WHOLE_HI]);
}

static const struct op op_gate_dx = {
    .name = "gate_dx",
    .in = {{"dy", .rows = true}, {"gate", .rows = true}},
    .out = {{"dx", .rows = true}},
    .inplace = 1 + GATE_DY,
    .bind = gate_bind,
};

struct val *gated(struct graph *g, struct node *n, struct val *dy)
{
    struct val *y = n->out[0], *gate = kept_for_weights(g, y) ? y : mask_of(g, n);
    struct val *dx = val_like(g, arena_format(g->mem, "%s.gated", dy->name), dy);
    dx->range = dy->range; /* it can only get smaller */
    dx->expected = dy->expected;
    struct node *d = node_add(g, &op_gate_dx, n->name, n->loc, dx);
    d->in[GATE_DY] = dy;
    d->in[GATE] = gate;
    d->whole[WHOLE_LO] = n->whole[WHOLE_LO];
    d->whole[WHOLE_HI] = n->whole[WHOLE_HI];
    return dx;
}
