/* SPDX-License-Identifier: MIT */
/* Writes the sweeps of segments down as outlines. */
#include "schedule/segment.h"

#include <string.h>

static struct sweep_outline *sweep_new(const struct segments *s, struct outline *o, const char *title, int nodes)
{
    GROW(s->mem, o->sweep, o->nsweep, o->capacity);
    struct sweep_outline *w = &o->sweep[o->nsweep++];
    *w = (struct sweep_outline){
        .title = title, .node = NEW_ARRAY(s->mem, struct node *, nodes), .strip = NEW_ARRAY(s->mem, int, nodes)};
    return w;
}

static void sweep_add(struct sweep_outline *w, struct node *n, int strips)
{
    int steps = node_steps(n);
    w->node[w->nnode] = n;
    bool thin = n->op->thin || (n->in[0] && n->in[0]->def && n->in[0]->def->op->thin);
    w->strip[w->nnode++] = strips > 0 && !thin ? (steps + strips - 1) / strips : 1;
}

/* A sweep of all wanted nodes, in the order of the graph. */
static void sweep_of(struct outline *o, const struct collecting *c, const char *title, int strips)
{
    const struct segments *s = c->s;
    int count = 0;
    for (int i = c->first; i < c->end; i++)
        count += c->wanted[i];
    if (!count)
        return;
    if (count == 1)
        strips = 1; /* nobody to take turns with */
    struct sweep_outline *w = sweep_new(s, o, title, count);
    w->folds = strips != 1; /* whole maps are for plans that are to be fast */
    for (int i = c->first; i < c->end; i++)
        if (c->wanted[i])
            sweep_add(w, s->g->node[i], strips);
}

static const char *title(const struct segments *s, const char *what, int a, int b)
{
    const char *from = s->g->node[s->cut[a].node]->name, *to = s->g->node[s->cut[b].node - 1]->name;
    return strcmp(from, to) ? arena_format(s->mem, "%s: %s .. %s", what, from, to)
                            : arena_format(s->mem, "%s: %s", what, from);
}

static const char *const pass_titles[] = {
    [PASS_FORWARD] = "forward", [PASS_LOSS] = "loss", [PASS_BACKWARD] = "backward", [PASS_UPDATE] = "update"};

/* Only the first of these reads v. */
static bool read_once(struct node **node, int nnode, const struct val *v)
{
    int readers = 0;
    for (int i = 0; i < nnode; i++)
        for (int k = 0; k < node[i]->nin; k++)
            readers += node[i]->in[k] == v ? i ? 2 : 1 : 0;
    return readers == 1;
}

struct outline outline_whole(struct arena *mem, struct node **node, int nnode)
{
    struct outline o = {0};
    for (int i = 0; i < nnode; i++) {
        GROW(mem, o.sweep, o.nsweep, o.capacity);
        struct sweep_outline *s = &o.sweep[o.nsweep++];
        bool thin = node[i]->op->thin && read_once(node + i + 1, nnode - i - 1, node[i]->out[0]);
        int count = thin ? 2 : 1;
        *s = (struct sweep_outline){.title = pass_titles[node[i]->pass],
                                    .node = NEW_ARRAY(mem, struct node *, count),
                                    .strip = NEW_ARRAY(mem, int, count),
                                    .nnode = count};
        for (int k = 0; k < count; k++) {
            s->node[k] = node[i + k];
            s->strip[k] = thin ? 1 : node_steps(node[i + k]);
        }
        i += count - 1;
    }
    return o;
}

void outline_forward(const struct segments *s, struct outline *o, int a, int c, const struct vals *save, int strips,
                     bool result)
{
    struct vals stop = {0};
    struct collecting k = collecting_new(s, &stop);
    if (!segment_takes(s, a))
        vals_add(s->mem, &stop, s->cut[a].val);
    if (result)
        collect(&k, s->position[(c == s->n ? s->g->scores : s->cut[c].val)->id]);
    for (int i = 0; i < save->count; i++)
        if (save->list[i] != s->cut[a].val && save->list[i]->def)
            collect(&k, s->position[save->list[i]->id]);
    for (int i = 0; result && c == s->n && i < s->tail.count; i++)
        if (s->position[s->tail.list[i]->id] < s->nforward)
            collect(&k, s->position[s->tail.list[i]->id]);
    sweep_of(o, &k, title(s, "forward", a, c), strips);
}

void outline_loss(const struct segments *s, struct outline *o)
{
    sweep_add(sweep_new(s, o, "loss", 1), s->g->loss, 1);
}

/* The updates of a batch come last, all together; otherwise each segment has its own. */
static void outline_updates(const struct segments *s, struct outline *o, const struct val *gradient)
{
    int from = gradient ? s->update[gradient->id] : 0, to = gradient ? from + 1 : s->g->nnode;
    for (int i = from; i < to; i++)
        if (s->g->node[i]->pass == PASS_UPDATE)
            sweep_add(sweep_new(s, o, "update", 1), s->g->node[i], 1);
}

void outline_last_updates(const struct segments *s, struct outline *o)
{
    if (s->g->spec->train.batch > 1)
        outline_updates(s, o, NULL);
}

/* ---- weight gradients that come behind their segment's sweep ---- */

enum when {
    WITHIN, /* the sweep */
    BEHIND, /* it, each in a sweep of its own: one that is larger than the maps it is made of, which are kept for it */
    AGAIN   /* behind it, too, but what it is made of is made again for it: see APART */
};

struct late {
    enum when *when;    /* by place among the nodes */
    struct vals awaits; /* parameters that are updated last, for what is made again reads them */
};

static bool is_weight_gradient(const struct segments *s, const struct node *n)
{
    return n->op->stepping == STEP_ACCUMULATE && n->out[0]->param && n->out[0]->role == ROLE_TEMP &&
           s->update[n->out[0]->id]; /* or another gradient is made of it: see convolution/standardise.c */
}

static bool outgrows_maps(const struct segments *s, const struct node *n)
{
    int64_t maps = 0;
    for (int k = 0; k < n->nin; k++)
        if (n->in[k] && in_scratch(s->g, n->in[k]))
            maps += val_bytes(n->in[k]);
    return 4 * n->out[0]->param->count > maps; /* all its parts are made of the same maps */
}

/* True if all that a node needs can be made again of `sources` behind the segment's sweep: what learns upstream may have
 * changed then, so no operator of the forward pass may read it.  What the backward pass reads is updated later. */
static bool made_again(const struct segments *s, const struct vals *sources, int node, struct vals *awaits)
{
    struct collecting c = collecting_new(s, sources);
    struct vals read = {0};
    collect(&c, node);
    for (int i = c.first; i < c.end; i++)
        for (int k = 0; c.wanted[i] && k < s->g->node[i]->nin; k++) {
            struct val *v = s->g->node[i]->in[k];
            if (s->g->node[i]->op->given || (v && v->role == ROLE_TRAINED && s->g->node[i]->pass == PASS_FORWARD))
                return false;
            if (v && v->role == ROLE_TRAINED)
                vals_add(s->mem, &read, v);
        }
    for (int i = 0; i < read.count; i++)
        vals_add(s->mem, awaits, read.list[i]);
    return true;
}

/* Which of the wanted nodes come late.  One of few bytes is not worth a sweep of its own. */
static struct late late_find(const struct collecting *c, enum mode mode, const struct vals *sources)
{
    enum { FEW = 4096 };
    const struct segments *s = c->s;
    struct late l = {.when = NEW_ARRAY(s->mem, enum when, s->g->nnode)};
    for (int i = c->first; i < c->end; i++) {
        const struct node *n = s->g->node[i];
        if (!c->wanted[i] || !is_weight_gradient(s, n))
            continue;
        if (mode >= APART && 4 * n->out[0]->param->count > FEW && made_again(s, sources, i, &l.awaits))
            l.when[i] = AGAIN;
        else if (outgrows_maps(s, n))
            l.when[i] = BEHIND;
    }
    return l;
}

/* The late ones, part by part, each in a sweep and with its update.  Those upstream come first: what is made again for them
 * reads weights downstream.  Of parts the last comes first, for it is the smallest: much else dies in the sweeps behind. */
static void outline_late(const struct segments *s, struct outline *o, const struct late *l, const struct vals *there,
                         int strips)
{
    struct collecting c = collecting_new(s, there);
    for (int i = s->g->nnode - 1; i >= 0; i--) {
        const struct node *n = s->g->node[i];
        int k = o->nsweep;
        if (l->when[i] == WITHIN)
            continue;
        memset(c.wanted, 0, sizeof *c.wanted * (size_t)s->g->nnode);
        c.first = c.end = i;
        collect(&c, i);
        sweep_of(o, &c, arena_format(s->mem, "weight gradient: %s", n->name), strips);
        outline_updates(s, o, n->out[0]);
        while (k < o->nsweep)
            o->sweep[k++].late = n->out[0]->param;
    }
}

/* What those behind the sweep read stays: it becomes the sweep's result.  Channels of a map that is there anyway may be taken
 * of that once more, and real values be made of integers that are. */
static void keep_for_late(const struct segments *s, const struct late *l, enum mode mode, const struct vals *sources,
                          struct vals *there)
{
    for (int i = 0; i < s->g->nnode; i++)
        for (int k = 0; l->when[i] == BEHIND && k < s->g->node[i]->nin; k++) {
            struct val *v = s->g->node[i]->in[k], *form = v ? narrow_form(v) : NULL;
            bool again = v && ((form != v && vals_has(sources, form)) ||
                               (saves_maps(mode) && map_of(form) && vals_has(sources, map_of(form))));
            if (v && in_scratch(s->g, v) && !again)
                vals_add(s->mem, there, v);
        }
}

static void add_reads(const struct node *n, bool *read)
{
    for (int k = 0; k < n->nin; k++)
        if (n->in[k])
            read[n->in[k]->id] = true;
}

static bool is_read(const struct node *n, const bool *read)
{
    for (int out = 0; out < n->nout; out++)
        if (n->out[out] && read[n->out[out]->id])
            return true;
    return false;
}

static bool ends_here(const struct collecting *c, const struct node *n)
{
    for (int out = 0; out < n->nout; out++)
        if (n->out[out] && vals_has(c->stop, n->out[out]))
            return true;
    return false;
}

/* Takes the late ones out of what is wanted, and what they alone read; but for `given`, which the segment before reads. */
static void leave_late(struct collecting *c, const struct late *l, const struct val *given)
{
    const struct graph *g = c->s->g;
    bool *was_read = NEW_ARRAY(c->s->mem, bool, g->nval),
         *read = NEW_ARRAY(c->s->mem, bool, g->nval); /* by nodes behind */
    for (int i = c->end - 1; i >= c->first; i--) {
        const struct node *n = g->node[i];
        if (!c->wanted[i])
            continue;
        bool serves = !is_read(n, was_read) || n->out[0] == given || is_read(n, read) || ends_here(c, n);
        c->wanted[i] = l->when[i] == WITHIN && serves;
        add_reads(n, was_read);
        if (c->wanted[i])
            add_reads(n, read);
    }
}

/* The updates of what was made within the sweep: of what awaits the late ones, or of the rest. */
static void outline_own_updates(const struct collecting *c, struct outline *o, const struct late *l, bool awaits)
{
    const struct graph *g = c->s->g;
    for (int i = c->first; i < c->end; i++) {
        const struct node *n = g->node[i];
        if (c->wanted[i] && is_weight_gradient(c->s, n) &&
            vals_has(&l->awaits, g->node[c->s->update[n->out[0]->id]]->in[1]) == awaits)
            outline_updates(c->s, o, n->out[0]);
    }
}

void outline_backward(const struct segments *s, struct outline *o, int a, int b, enum mode mode, int strips)
{
    const struct vals sources = backward_sources(s, a, b, mode);
    struct vals there = backward_sources(s, a, b, mode);
    struct collecting c = collecting_new(s, &there);
    collect_sinks(s, a, b, &c);
    const struct late late = late_find(&c, mode, &sources);
    keep_for_late(s, &late, mode, &sources, &there);
    leave_late(&c, &late, gradient_at(s, a));
    sweep_of(o, &c, title(s, "backward", a, b), strips);
    outline_own_updates(&c, o, &late, false);
    outline_late(s, o, &late, &there, strips);
    outline_own_updates(&c, o, &late, true);
}

bool segment_comes_apart(const struct segments *s, int a, int b, enum mode mode)
{
    const struct vals sources = backward_sources(s, a, b, mode);
    struct collecting c = collecting_new(s, &sources);
    collect_sinks(s, a, b, &c);
    const struct late late = late_find(&c, APART, &sources);
    for (int i = c.first; i < c.end; i++)
        if (late.when[i] == AGAIN)
            return true;
    return false;
}
