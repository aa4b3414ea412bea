/* SPDX-License-Identifier: MIT */
/* backward_check: does everything that learns get its gradient, whole and once, and nothing else?
 *
 * Needs a graph behind backward(); leaves it as it is. */
#include "backward/backward.h"

/* The operands of an update, as backward() gives them. */
enum { GRADIENT, VALUE };

/* The elements of p that updates change, as a sum and as the end of the last part. */
static const char *wrong_parts(const struct graph *g, const struct val *p)
{
    int64_t sum = 0, end = 0;
    for (int i = 0; i < g->nnode; i++) {
        const struct node *n = g->node[i];
        if (n->pass != PASS_UPDATE || n->in[VALUE] != p)
            continue;
        const struct val *gradient = n->in[GRADIENT];
        int64_t count = (int64_t)gradient->h * gradient->w * gradient->c;
        if (gradient->param != p->param)
            return "an update has the gradient of another parameter";
        sum += count;
        end = gradient->first + count > end ? gradient->first + count : end;
    }
    int64_t whole = (int64_t)p->h * p->w * p->c;
    return sum == whole && end == whole ? NULL : "its updates are not of each element once";
}

/* With a batch of one sample a value changes while the backward pass runs: what reads the old one has to stand before.
 * An operator that makes the gradient of a part comes before the update of that part alone. */
static const char *wrong_order(struct arena *mem, const struct graph *g)
{
    bool *changed = NEW_ARRAY(mem, bool, g->nval);
    for (int i = 0; i < g->nnode; i++) {
        const struct node *n = g->node[i];
        if (n->pass == PASS_UPDATE && n->in[VALUE]->role != ROLE_TRAINED)
            return arena_format(mem, "'%s' does not learn, and has an update", n->in[VALUE]->name);
        for (int k = 0; n->pass != PASS_UPDATE && k < n->nin; k++)
            if (n->in[k] && changed[n->in[k]->id])
                return arena_format(mem, "%s of '%s' reads '%s' behind its update", n->op->name, n->name,
                                    n->in[k]->name);
        if (n->pass == PASS_UPDATE)
            changed[n->in[VALUE]->id] = true;
    }
    return NULL;
}

const char *backward_check(struct arena *mem, const struct graph *g)
{
    for (int i = 0; i < g->nparam; i++) {
        const struct val *p = g->param[i]->val;
        const char *why = p && p->role == ROLE_TRAINED ? wrong_parts(g, p) : NULL;
        if (why)
            return arena_format(mem, "'%s': %s", p->name, why);
    }
    return wrong_order(mem, g);
}
