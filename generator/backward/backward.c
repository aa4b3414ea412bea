/* SPDX-License-Identifier: MIT */
#include "backward/backward.h"

#include <assert.h>
#include <string.h>

/* Marks the tensors whose gradient is wanted: those that a trained value reaches. */
static void mark_needs(struct graph *g)
{
    for (int i = 0; i < g->nnode; i++) {
        struct node *n = g->node[i];
        bool needs = false;
        for (int k = 0; k < n->nin; k++) {
            if (n->in[k] && n->in[k]->role == ROLE_TRAINED)
                n->in[k]->needs_grad = true;
            needs = needs || wants_grad(n->in[k]);
        }
        for (int k = 0; k < n->nout; k++)
            if (n->out[k])
                n->out[k]->needs_grad = needs;
    }
}

static void append_gradients(struct graph *g)
{
    int forward = g->nnode - 1; /* the loss is the last node */
    g->pass = PASS_BACKWARD;
    g->scores->grad = g->loss->out[0];
    for (int i = forward - 1; i >= 0; i--) {
        struct node *n = g->node[i];
        if (!n->out[0]->needs_grad || !n->out[0]->grad)
            continue;
        assert(n->op->grad);
        n->op->grad(g, n);
    }
}

/* Other forms of gradients, and of what learning convolutions read as it is, that, after all, nobody reads. */
static void drop_unread_forms(struct graph *g)
{
    int n = 0;
    for (int i = 0; i < g->nnode; i++) {
        const struct node *form = g->node[i];
        bool unread = form->op->form && !val_readers(g, form->out[0]);
        if (!unread || form->out[0]->keep || form->out[0] == g->scores)
            g->node[n++] = g->node[i];
    }
    g->nnode = n;
}

static struct val *state(struct graph *g, const struct val *p, const char *suffix)
{
    struct val *v = val_like(g, arena_format(g->mem, "%s.%s", p->name, suffix), p);
    v->role = ROLE_STATE;
    v->type = F32;
    v->param = p->param;
    v->content = p->content;
    return v;
}

/* What an update keeps between calls. */
struct states {
    struct val *m, *v;
};

static const struct op *update_op(const struct graph *g, const struct updates *u)
{
    const struct optimizer *o = &g->spec->train.optimizer;
    return o->kind == OPTIMIZER_ADAM     ? u->adam
           : o->kind == OPTIMIZER_RECORD ? u->record
           : o->momentum > 0             ? u->sgd_momentum
                                         : u->sgd;
}

static struct states states_of(struct graph *g, const struct updates *u, const struct val *p)
{
    const struct op *op = update_op(g, u);
    struct states s = {0};
    if (op == u->record)
        s.m = state(g, p, "gradient");
    if (op == u->sgd_momentum || op == u->adam)
        s.m = state(g, p, "m");
    if (op == u->adam)
        s.v = state(g, p, "v");
    return s;
}

static struct node *update_node(struct graph *g, const struct op *op, struct val *p, struct val *gradient,
                                struct states s)
{
    struct node *n = node_add(g, op, p->param->name, p->param->loc, NULL);
    n->in[0] = gradient;
    n->in[1] = p;
    n->in[2] = s.m;
    n->in[3] = s.v;
    n->in[4] = p->bound;
    return n;
}

/* The last node that makes the gradient or reads p. */
static int last_use(const struct graph *g, const struct val *p, const struct val *gradient, int count)
{
    int last = 0;
    for (int i = 0; i < count; i++) {
        const struct node *n = g->node[i];
        for (int k = 0; k < n->nin; k++)
            if (n->in[k] == p)
                last = i;
        if (n->out[0] == gradient)
            last = i;
    }
    return last;
}

struct placed_update {
    struct node *node;
    int behind;
};

/* The updates of one parameter: one for each part of its gradient. */
static void add_updates(struct graph *g, const struct updates *u, struct val *p, int count, struct placed_update *list,
                        int *n)
{
    struct states s = states_of(g, u, p);
    for (int i = 0; i < count; i++) {
        struct val *gradient = g->node[i]->out[0];
        if (g->node[i]->pass != PASS_BACKWARD || gradient->param != p->param)
            continue;
        if (g->spec->train.batch > 1)
            gradient->role = ROLE_STATE;
        list[*n].behind = g->spec->train.batch > 1 ? count - 1 : last_use(g, p, gradient, count);
        list[(*n)++].node = update_node(g, update_op(g, u), p, gradient, s);
    }
}

/* One message for all parameters of a layer. */
static void refuse_unread(struct graph *g, const struct param *p)
{
    const char *dot = strrchr(p->name, '.');
    const char *layer = arena_format(g->mem, "%.*s", (int)(dot ? dot - p->name : 0), p->name);
    diag_error(g->diag, p->loc, layer,
               "a layer reads the one before it, or what from = names; or take it out of 'update'",
               "'%s' cannot learn: no path leads from it to the scores", layer);
}

/* An update goes right behind the last use of what it changes: gradients die young.  A batch's
 * updates stand together at the end. */
static void append_updates(struct graph *g, const struct updates *u)
{
    int count = g->nnode, n = 0, nupdate = 0;
    struct placed_update *update = NEW_ARRAY(g->mem, struct placed_update, count);
    g->pass = PASS_UPDATE;
    for (int i = 0; i < g->nparam; i++) {
        struct val *p = g->param[i]->val;
        if (!p || p->role != ROLE_TRAINED)
            continue;
        if (!p->grad)
            refuse_unread(g, p->param);
        add_updates(g, u, p, count, update, &nupdate);
    }
    struct node **order = NEW_ARRAY(g->mem, struct node *, count + nupdate);
    for (int i = 0; i < count; i++) {
        order[n++] = g->node[i];
        for (int k = 0; k < nupdate; k++)
            if (update[k].behind == i)
                order[n++] = update[k].node;
    }
    g->node = order;
    g->nnode = g->node_capacity = n;
}

void backward(struct graph *g, const struct updates *u)
{
    if (!g->loss)
        return;
    mark_needs(g);
    append_gradients(g);
    drop_unread_forms(g);
    append_updates(g, u);
    graph_check(g);
    if (!g->diag->errors)
        check_passed("backward", backward_check(g->mem, g));
}
