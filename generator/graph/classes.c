/* SPDX-License-Identifier: MIT */
/* Rows of the last layer for classes to come: `spare`.
 *
 *     scores   0 .. used - 1      what the file has
 *              used .. + spare    zeros until NAME_class_new
 *
 * The rows are there like any others, and nothing of the network knows that they are not in use: weights that are zero
 * and get no gradient stay zero.  Scores and the loss leave them out (templates/classes.c.tpl). */
#include "graph/op.h"

#include <string.h>

static void *grown(struct graph *g, const void *from, int64_t count, int64_t to, size_t size)
{
    char *more = arena_alloc(g->mem, (size_t)to * size);
    memset(more, 0, (size_t)to * size);
    memcpy(more, from, (size_t)count * size);
    return more;
}

/* Outputs are the outermost index of the file's order. */
void param_grow(struct graph *g, struct param *p, int outputs)
{
    int64_t count = p->count / p->shape[0] * outputs;
    if (outputs <= p->shape[0])
        return;
    p->value = grown(g, p->value, p->count, count, sizeof *p->value);
    if (p->quantised)
        p->quantised = grown(g, p->quantised, p->count, count, sizeof *p->quantised);
    if (p->scale) {
        p->scale = grown(g, p->scale, p->shape[0], outputs, sizeof *p->scale);
        for (int o = p->shape[0]; o < outputs; o++)
            p->scale[o] = p->scale[0];
    }
    if (p->counts)
        p->counts = grown(g, p->counts, p->count, count, sizeof *p->counts);
    p->shape[0] = outputs;
    p->count = count;
}

/* A variant that does not train has no class to come: the rows are there, and give zero. */
void classes_add(struct graph *g, const struct layer *l, struct node *n)
{
    struct classes *c = &g->classes;
    int count = l->out.c;
    if (!g->spec->train.given)
        return;
    c->layer = n;
    c->spare = layer_spare(l);
    c->used = count - c->spare;
    c->counts = val_new(g, arena_format(g->mem, "%s.classes", l->name), (struct shape){1, 1, count}, I32);
    c->counts->role = ROLE_STATE;
    c->counts->content = CONTENT_COUNTS;
}

void classes_check(struct graph *g)
{
    struct classes *c = &g->classes;
    if (!c->counts)
        return;
    c->features = c->layer->in[0];
    c->weight = c->layer->in[1];
    c->bias = c->layer->in[3];
    if (c->weight->role == ROLE_TRAINED && c->bias->role == ROLE_TRAINED)
        return;
    diag_error(g->diag, c->layer->loc, "spare", arena_format(g->mem, "update = { \"%s.*\", ... }", c->layer->name),
               "'%s': with 'spare' all of its weight and bias learn, and 'update' leaves some out", c->layer->name);
}
