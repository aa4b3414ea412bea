/* SPDX-License-Identifier: MIT */
/* Activations as parts of a layer, and what they share. */
#include "ops/activation.h"

#include <string.h>

void shape_same(struct diag *d, struct layer *l)
{
    (void)d;
    l->out = l->in[0];
}

struct val *activation_add(struct graph *g, const struct layer *l, struct val *v)
{
    if (!l->act)
        return v;
    const struct op *op = op_of(l->act->make);
    struct node *n = node_add(g, op, l->name, l->loc, val_like(g, arena_format(g->mem, "%s.%s", l->name, op->name), v));
    n->in[0] = v;
    if (op->setup)
        op->setup(g, n, l->act);
    return n->out[0];
}

void activation_setup(struct graph *g, struct node *n, const struct layer *l)
{
    (void)g;
    enum { NUMBERS = sizeof n->number / sizeof *n->number };
    for (int i = 0; i < NUMBERS && l->make->attribute[i].name; i++)
        n->number[i] = l->setting[i].number[0];
}

void activation_bind(const struct node *n, struct bindings *b)
{
    const struct op *f = n->activation ? n->activation : n->op;
    bind_elements(b, n->out[0]);
    for (int i = 0; f->make->attribute[i].name; i++)
        if (f->make->attribute[i].kind == ATTRIBUTE_NUMBER)
            bind_real(b, f->make->attribute[i].name, n->number[i]);
}

void activation_grad(struct graph *g, struct node *n, const struct op *dx, struct val *reads)
{
    if (!wants_grad(n->in[0]))
        return;
    struct node *d = grad_add(g, n->in[0], dx, n);
    d->in[0] = n->out[0]->grad;
    d->in[1] = reads;
    d->activation = n->op;
    memcpy(d->number, n->number, sizeof d->number);
    memcpy(d->whole, n->whole, sizeof d->whole);
}
