/* SPDX-License-Identifier: MIT */
/* When do two outlines, perhaps of two graphs, give the same dry run? */
#include "schedule/schedule.h"

#include <string.h>

struct fingerprint {
    const struct graph *g;
    uint64_t hash;
    int *number, count; /* by val id: the how manieth that was met; 0: not yet */
};

static void add(struct fingerprint *f, int64_t n)
{
    f->hash = (f->hash ^ (uint64_t)n) * 0x9e3779b97f4a7c15u;
    f->hash ^= f->hash >> 29;
}

static void add_val(struct fingerprint *f, const struct val *v)
{
    if (!v) {
        add(f, 0);
        return;
    }
    if (!f->number[v->id]) {
        f->number[v->id] = ++f->count;
        const int64_t what[] = {v->h, v->w, v->c, v->type, v->role, v->keep, in_scratch(f->g, v)};
        for (size_t i = 0; i < sizeof what / sizeof *what; i++)
            add(f, what[i]);
    }
    add(f, f->number[v->id]);
}

static void add_node(struct fingerprint *f, const struct node *n, int strip)
{
    const int64_t what[] = {strip, n->pass, n->whole[0], n->whole[1]};
    add(f, (int64_t)hash_bytes(HASH_START, n->op->name, strlen(n->op->name)));
    add(f, (int64_t)hash_bytes(HASH_START, &n->win, sizeof n->win)); /* whole: all of it are numbers, without gaps */
    for (size_t i = 0; i < sizeof what / sizeof *what; i++)
        add(f, what[i]);
    for (int k = 0; k < NODE_IN; k++)
        add_val(f, n->in[k]);
    for (int k = 0; k < NODE_OUT; k++)
        add_val(f, n->out[k]);
}

uint64_t outline_fingerprint(struct arena *mem, const struct graph *g, const struct outline *o,
                             const struct vals *sources, const struct vals *keep)
{
    struct fingerprint f = {.g = g, .hash = HASH_START, .number = NEW_ARRAY(mem, int, g->nval)};
    add(&f, g->spec->budget.yield);
    for (int s = 0; s < o->nsweep; s++) {
        add(&f, -1 - o->sweep[s].nnode);
        add(&f, o->sweep[s].folds);
        for (int i = 0; i < o->sweep[s].nnode; i++)
            add_node(&f, o->sweep[s].node[i], o->sweep[s].strip[i]);
    }
    for (int i = 0; i < sources->count; i++)
        add_val(&f, sources->list[i]);
    add(&f, -1);
    for (int i = 0; i < keep->count; i++)
        add_val(&f, keep->list[i]);
    return f.hash;
}
