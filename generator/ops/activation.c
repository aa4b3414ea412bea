/* SPDX-License-Identifier: MIT */
/* Activations as parts of a layer, and what they share. */
#include "ops/activation.h"

#include <ctype.h>
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
    const struct op *op = op_of(g->operators, l->act->make);
    struct node *n = node_add(g, op, l->name, l->loc, val_like(g, arena_format(g->mem, "%s.%s", l->name, op->name), v));
    n->in[0] = v;
    if (op->setup)
        op->setup(g, n, l->act);
    return n->out[0];
}

void activation_setup(struct graph *g, struct node *n, const struct layer *l)
{
    (void)g;
    for (int i = 0; l->make->attribute[i].name; i++)
        if (l->make->attribute[i].kind == ATTRIBUTE_NUMBER)
            n->number[i] = l->setting[i].number[0];
        else
            n->whole[i] = strncmp(l->setting[i].word, l->make->attribute[i].words, strlen(l->setting[i].word)) != 0;
}

/* "_slope0_2" for what is not the default: a part of the kernel's name. */
static const char *attribute_label(struct arena *mem, const struct attribute *a, double value)
{
    char *text = arena_format(mem, "_%s%g", a->name, value);
    for (char *p = text; *p; p++)
        if (!isalnum((unsigned char)*p))
            *p = '_';
    return text;
}

void activation_bind(const struct node *n, struct bindings *b)
{
    const struct op *f = n->activation ? n->activation : n->op;
    const char *more = "";
    bind_elements(b, n->out[0]);
    for (int i = 0; f->make->attribute[i].name; i++) {
        const struct attribute *a = &f->make->attribute[i];
        if (a->kind == ATTRIBUTE_NUMBER) {
            bind_real(b, a->name, n->number[i]);
            if (n->number[i] != a->value)
                more = arena_format(b->mem, "%s%s", more, attribute_label(b->mem, a, n->number[i]));
        } else {
            bind_flag(b, a->name, n->whole[i]);
            if (n->whole[i])
                more = arena_format(b->mem, "%s_%s", more, strchr(a->words, ' ') + 1);
        }
    }
    if (n->op->out[1].name)
        bind_flag(b, "has_mask", n->out[1] != NULL);
    if (n->activation)
        bind_text(b, "by", n->in[1]->type == BITS ? "mask" : "value");
    b->label = arena_format(b->mem, "%s%s%s", b->label, more, n->out[1] ? "_mask" : "");
}

struct node *activation_grad(struct graph *g, struct node *n, const struct op *dx, struct val *reads)
{
    if (!wants_grad(n->in[0]))
        return NULL;
    struct node *d = grad_add(g, n->in[0], dx, n);
    d->in[0] = n->out[0]->grad;
    d->in[1] = reads;
    d->activation = n->op;
    memcpy(d->number, n->number, sizeof d->number);
    memcpy(d->whole, n->whole, sizeof d->whole);
    return d;
}

void activation_gate_grad(struct graph *g, struct node *n, const struct op *dx, bool by_y)
{
    if (wants_grad(n->in[0]))
        activation_grad(g, n, dx, by_y && kept_for_weights(g, n->out[0]) ? n->out[0] : mask_of(g, n));
}
