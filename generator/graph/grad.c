/* SPDX-License-Identifier: MIT */
/* Gradients of tensors as the rules of operators add them, and the scales of those that are integers: powers of two that
 * follow their size, see integers/range.c. */
#include "graph/op.h"

#include <math.h>

/* ---- scales ---- */

int range_aim(enum type t)
{
    return t == I16 ? 13 : 5;
}

void expect(struct val *d, double magnitude)
{
    enum { EMPTY = (int)0x80808080u };
    if (!d->range)
        return;
    d->expected = magnitude;
    int32_t *factory = (int32_t *)(uintptr_t)d->range->constant;
    factory[0] = range_aim(d->type) - (int)ceil(log2(magnitude > 1e-30 ? magnitude : 1e-30));
    for (int i = 2; i < RANGE_WORDS; i++)
        factory[i] = EMPTY;
}

enum type gradient_type(const struct graph *g, const struct val *x)
{
    static const enum type types[] = {[GRADIENT_FLOAT32] = F32, [GRADIENT_INT16] = I16, [GRADIENT_INT8] = I8};
    return x->scale > 0 ? types[g->spec->precision.gradient] : F32;
}

struct val *range_new(struct graph *g, const struct val *d)
{
    struct val *r = val_new(g, arena_format(g->mem, "%s.range", d->name), (struct shape){1, 1, RANGE_WORDS}, I32);
    r->role = ROLE_STATE;
    r->constant = NEW_ARRAY(g->mem, int32_t, RANGE_WORDS);
    r->first = g->nrange++;
    return r;
}

/* ---- gradients ---- */

bool wants_grad(const struct val *v)
{
    return v && v->needs_grad;
}

bool kept_for_weights(const struct graph *g, const struct val *v)
{
    for (int i = 0; i < g->nnode; i++) {
        const struct node *n = g->node[i];
        bool reads = n->in[0] == v || (v->real && n->in[0] == v->real);
        if (is_convolution(n) && reads && wants_grad(n->in[1]))
            return true;
    }
    return v->keep;
}

struct val *mask_of(struct graph *g, struct node *n)
{
    struct val *y = n->out[0];
    n->out[1] = val_new(g, arena_format(g->mem, "%s.mask", y->name), (struct shape){y->h, y->w, y->c}, BITS);
    n->out[1]->def = n;
    return n->out[1];
}

static struct val *gradient_of(struct graph *g, const struct val *x)
{
    struct val *d =
        val_new(g, arena_format(g->mem, "d.%s", x->name), (struct shape){x->h, x->w, x->c}, gradient_type(g, x));
    if (d->type != F32)
        d->range = range_new(g, d);
    return d;
}

/* A node that makes an integer gradient makes its range, too. */
static void give_range(struct node *n, struct val *made)
{
    n->out[1] = made->range;
    if (made->range)
        made->range->def = n;
}

/* What readers of x have added to its gradient, where that is of floats also those of the integers that x is another form
 * of: what comes is added to it, in its place. */
static struct val *gradient_so_far(struct graph *g, const struct val *x)
{
    struct val *integers = !x->grad && x->def && x->def->op->form ? x->def->in[0] : NULL;
    if (!integers || integers->real != x || !integers->grad || gradient_type(g, integers) != F32)
        return x->grad;
    struct val *before = integers->grad;
    integers->grad = NULL; /* until x's own comes */
    return before;
}

struct node *grad_add(struct graph *g, struct val *x, const struct op *op, const struct node *n)
{
    struct val *before = op->plus ? gradient_so_far(g, x) : x->grad;
    struct val *made = gradient_of(g, x);
    struct node *d = node_add(g, op, n->name, n->loc, made);
    d->win = n->win;
    if (made->range)
        give_range(d, made);
    if (before && op->plus) {
        d->in[op->plus - 1] = before;
        if (before->range)
            d->in[op->plus] = before->range;
        x->grad = made;
    } else {
        x->grad = NULL;
        grad_same(g, x, made, n);
        if (before)
            grad_same(g, x, before, n);
    }
    return d;
}

void grad_same(struct graph *g, struct val *x, struct val *dy, const struct node *n)
{
    if (!x->grad) {
        x->grad = dy;
        return;
    }
    struct val *made = gradient_of(g, x);
    struct node *sum = node_add(g, made->range ? g->add_integer : g->add, n->name, n->loc, made);
    sum->in[0] = x->grad;
    sum->in[1] = dy;
    if (made->range) {
        give_range(sum, made);
        sum->in[2] = x->grad->range;
        sum->in[3] = dy->range;
        expect(made, x->grad->expected + dy->expected);
    }
    x->grad = sum->out[0];
}

struct node *grad_param(struct graph *g, struct val *p, const struct op *op, const struct node *n)
{
    struct val *made = gradient_of(g, p);
    struct node *d = node_add(g, op, n->name, n->loc, made);
    d->win = n->win;
    made->param = p->param;
    made->content = p->content;
    p->grad = made;
    return d;
}
