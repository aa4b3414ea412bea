/* SPDX-License-Identifier: MIT */
/* Finds the cuts of a graph, and what segments between them keep. */
#include "schedule/segment.h"

#include <stdlib.h>
#include <string.h>

/* ---- collecting nodes ---- */

struct collecting collecting_new(const struct segments *s, const struct vals *stop)
{
    return (struct collecting){s, stop, NEW_ARRAY(s->mem, bool, s->g->nnode), s->g->nnode, 0};
}

void collect(struct collecting *c, int node)
{
    const struct node *n = c->s->g->node[node];
    if (c->wanted[node])
        return;
    c->wanted[node] = true;
    c->first = node < c->first ? node : c->first;
    c->end = node >= c->end ? node + 1 : c->end;
    for (int k = 0; k < n->nin; k++) {
        struct val *v = n->in[k];
        if (v && v->def && v->role == ROLE_TEMP && !vals_has(c->stop, v))
            collect(c, c->s->position[v->id]);
    }
}

struct val *map_of(const struct val *v)
{
    const struct node *n = v->def;
    return n && n->op->channels == CHANNELS_TAKEN && n->out[0] == v ? n->in[0] : NULL;
}

/* ---- cuts ---- */

static bool is_map(const struct val *v)
{
    return v->h > 1;
}

/* The tensors that nodes before `at` make and nodes from `at` on read. */
static struct val *single_crossing(const struct graph *g, const int *position, int at, int nforward)
{
    struct val *only = NULL;
    for (int i = at; i < nforward; i++)
        for (int k = 0; k < g->node[i]->nin; k++) {
            struct val *v = g->node[i]->in[k];
            bool before = v && (v->role == ROLE_INPUT || (v->role == ROLE_TEMP && position[v->id] < at));
            if (before && only && v != only)
                return NULL;
            if (before)
                only = v;
        }
    return only;
}

/* True if the gradient of a weight reads v, or reals made of it. */
static bool feeds_learning(const struct graph *g, const struct val *v)
{
    for (int i = 0; i < g->nnode; i++) {
        const struct node *n = g->node[i];
        if (is_convolution(n) && n->in[1]->role == ROLE_TRAINED && (n->in[0] == v || n->in[0] == v->real))
            return true;
    }
    return false;
}

/* Of all cuts those where little flows: not twice as much as at the cut before (the image does not count:
 * networks widen behind it) or right behind; and of tensors that overwrite each other in place the last. */
static void keep_narrow(struct segments *s, const struct cut *all, int count)
{
    s->cut[s->n++] = all[0];
    for (int i = 1; i < count; i++) {
        const struct val *v = all[i].val, *behind = i + 1 < count ? all[i + 1].val : NULL;
        int64_t here = val_bytes(v), before = s->n > 1 ? val_bytes(s->cut[s->n - 1].val) : here;
        bool image = v->def->in[0] == all[0].val && v->h == s->g->input->h && v->w == s->g->input->w &&
                     v->c == image_shape(s->g).c; /* in other numbers */
        bool in_place = behind && behind->def->op->inplace && behind->def->in[0] == v && !behind->def->op->plus;
        bool narrow = here <= 2 * before && (!behind || here <= before || here <= 2 * val_bytes(behind));
        if (!in_place && !image && (narrow || feeds_learning(s->g, v)))
            s->cut[s->n++] = all[i];
    }
}

/* Rows that come one by one are the image for all that follows. */
static struct cut image_cut(const struct graph *g)
{
    return g->node[0]->op->given ? (struct cut){g->node[0]->out[0], 1} : (struct cut){g->input, 0};
}

static void find_cuts(struct segments *s)
{
    const struct graph *g = s->g;
    struct cut *all = NEW_ARRAY(s->mem, struct cut, s->nforward + 1);
    int count = 0;
    all[count++] = image_cut(g);
    for (int i = all[0].node + 1; i < s->nforward; i++) {
        struct val *v = single_crossing(g, s->position, i, s->nforward);
        if (!v || v->role != ROLE_TEMP || !is_map(v) || v->def != g->node[i - 1])
            continue;
        all[count++] = (struct cut){v, i};
    }
    s->cut = NEW_ARRAY(s->mem, struct cut, count + 1);
    keep_narrow(s, all, count);
    s->cut[s->n] = (struct cut){NULL, s->nforward};
}

bool segment_learns(const struct segments *s, int b)
{
    for (int i = 0; i < s->cut[b].node; i++)
        if (s->g->node[i]->out[0]->needs_grad)
            return true;
    return false;
}

bool segment_takes(const struct segments *s, int a)
{
    const struct node *n = s->cut[a].val->def;
    return n && n->op->given;
}

bool segment_slices(const struct segments *s, int a, int b)
{
    for (int i = s->cut[a].node; i < s->cut[b].node; i++)
        if (s->g->node[i]->op->channels != CHANNELS_ALL)
            return true;
    return false;
}

struct segments *segments_find(struct arena *mem, const struct graph *g)
{
    struct segments *s = NEW(mem, struct segments);
    *s = (struct segments){
        .mem = mem, .g = g, .position = NEW_ARRAY(mem, int, g->nval), .update = NEW_ARRAY(mem, int, g->nval)};
    for (int i = 0; i < g->nnode; i++) {
        s->nforward += g->node[i]->pass == PASS_FORWARD;
        if (g->node[i]->pass == PASS_UPDATE)
            s->update[g->node[i]->in[0]->id] = i;
        for (int k = 0; k < g->node[i]->nout; k++)
            if (g->node[i]->out[k])
                s->position[g->node[i]->out[k]->id] = i;
    }
    find_cuts(s);
    vals_add(mem, &s->forward, g->input);
    for (int i = 0; i < s->nforward; i++)
        for (int k = 0; k < g->node[i]->nout; k++)
            if (g->node[i]->out[k])
                vals_add(mem, &s->forward, g->node[i]->out[k]);
    for (int i = s->nforward; i < g->nnode; i++)
        for (int k = 0; k < g->node[i]->nin; k++) {
            struct val *read = g->node[i]->in[k], *v = read && map_of(read) ? map_of(read) : read;
            bool behind = v && v->role == ROLE_TEMP && s->position[v->id] < s->nforward &&
                          s->position[v->id] >= s->cut[s->n - 1].node && !is_map(v) &&
                          single_crossing(g, s->position, s->position[v->id] + 1, s->nforward) == v;
            if (behind || v == g->scores)
                vals_add(mem, &s->tail, v);
        }
    if (g->loss)
        vals_add(mem, &s->tail, g->loss->out[0]);
    return s;
}

struct val *gradient_at(const struct segments *s, int cut)
{
    struct val *v = cut < s->n ? s->cut[cut].val : NULL;
    return v && v->role == ROLE_TEMP && v->needs_grad ? v->grad : NULL;
}

int64_t vals_bytes(const struct graph *g, const struct vals *v)
{
    int64_t bytes = 0;
    for (int i = 0; i < v->count; i++)
        if (in_scratch(g, v->list[i]))
            bytes += val_bytes(v->list[i]);
    return bytes;
}

/* ---- what the backward sweep of a segment wants, and what it reads ---- */

void collect_sinks(const struct segments *s, int a, int b, struct collecting *c)
{
    const struct graph *g = s->g;
    bool *learns = NEW_ARRAY(s->mem, bool, g->nval);
    for (int i = s->cut[a].node; i < s->cut[b].node; i++)
        for (int k = 0; k < g->node[i]->nin; k++)
            if (g->node[i]->in[k] && g->node[i]->in[k]->role == ROLE_TRAINED)
                learns[g->node[i]->in[k]->id] = true;
    for (int i = s->nforward; i < g->nnode; i++) {
        const struct node *n = g->node[i];
        for (int k = 0; n->pass == PASS_UPDATE && learns[n->in[1]->id] && k < n->nin; k++)
            if (n->in[k] && n->in[k]->def)
                collect(c, s->position[n->in[k]->id]);
    }
    struct val *d = gradient_at(s, a);
    if (d && !vals_has(c->stop, d))
        collect(c, s->position[d->id]);
}

static struct vals outer_sources(const struct segments *s, int b)
{
    struct vals v = {0};
    for (int i = 0; i < s->tail.count; i++)
        vals_add(s->mem, &v, s->tail.list[i]);
    if (gradient_at(s, b))
        vals_add(s->mem, &v, gradient_at(s, b));
    return v;
}

static struct vals read_by_backward(const struct segments *s, int a, int b)
{
    struct vals stop = outer_sources(s, b), need = {0};
    for (int i = 0; i < s->forward.count; i++)
        vals_add(s->mem, &stop, s->forward.list[i]);
    struct collecting c = collecting_new(s, &stop);
    collect_sinks(s, a, b, &c);
    for (int i = 0; i < s->g->nnode; i++)
        for (int k = 0; c.wanted[i] && k < s->g->node[i]->nin; k++) {
            struct val *v = s->g->node[i]->in[k];
            if (v && vals_has(&s->forward, v) && !vals_has(&s->tail, v) &&
                !(map_of(v) && vals_has(&s->tail, map_of(v))))
                vals_add(s->mem, &need, v);
        }
    return need;
}

struct val *narrow_form(struct val *v)
{
    const struct node *n = v->def;
    const struct node *before = n && n->op->form ? n->in[0]->def : NULL;
    return before && !before->op->given && val_bytes(n->in[0]) < val_bytes(v) ? n->in[0] : v;
}

/* True if v can be made again from other kept tensors by one operator (and what it does in place); the parts of a sliced
 * weight are one: their operators have the name of one layer. */
static bool easily_made(const struct segments *s, const struct vals *kept, const struct val *v)
{
    const struct node *n = v->def;
    while (n && n->op->inplace && !n->op->plus && n->in[0]->def && !vals_has(kept, n->in[0]))
        n = n->in[0]->def;
    if (!n || n->op->stepping != STEP_ROWS || n->op->given)
        return false;
    for (int k = 0; k < n->nin; k++) {
        const struct val *in = n->in[k];
        bool there = !in || !in_scratch(s->g, in) || vals_has(kept, in);
        if (!there && !(in->def && !strcmp(in->def->name, n->name) && easily_made(s, kept, in)))
            return false;
    }
    return true;
}

bool saves_maps(enum mode mode)
{
    return mode / SAVES % 2;
}

struct vals segment_saved(const struct segments *s, int a, int b, enum mode mode)
{
    struct vals read = read_by_backward(s, a, b), need = {0}, kept = {0}, real = {0};
    if (mode % SAVES == SAVE_INPUT) {
        if (read.count)
            vals_add(s->mem, &kept, s->cut[a].val);
        return kept;
    }
    for (int i = 0; i < read.count; i++) {
        struct val *form = narrow_form(read.list[i]), *map = saves_maps(mode) ? map_of(form) : NULL;
        struct val *v = narrow_form(map ? map : form);
        vals_add(s->mem, &need, v);
        if (read.list[i]->type == F32)
            vals_add(s->mem, &real, v);
    }
    for (int i = 0; i < need.count; i++)
        vals_add(s->mem, &kept, need.list[i]);
    for (int i = 0; mode % SAVES == SAVE_SOME && i < need.count; i++) {
        struct vals rest = {0};
        for (int k = 0; k < kept.count; k++)
            if (kept.list[k] != need.list[i])
                vals_add(s->mem, &rest, kept.list[k]);
        if (vals_has(&real, need.list[i]) && easily_made(s, &rest, need.list[i]))
            kept = rest;
    }
    return kept;
}

/* True if the image is among what is kept, as it came or in other numbers. */
static bool holds_image(const struct segments *s, const struct vals *save)
{
    const struct val *image = s->cut[0].val;
    for (int i = 0; i < save->count; i++) {
        const struct val *v = save->list[i];
        bool other = v->def && v->def->in[0] == image && !v->def->op->macs && val_row_bytes(v) >= val_row_bytes(image);
        if (v == image || (other && v->h == image->h))
            return true;
    }
    return false;
}

bool segment_keeps_image(const struct segments *s, int a, int b, const struct vals *save)
{
    if (!segment_takes(s, a) || !holds_image(s, save))
        return false;
    struct vals all = segment_saved(s, a, b, SAVE_ALL);
    return !holds_image(s, &all);
}

struct vals backward_sources(const struct segments *s, int a, int b, enum mode mode)
{
    struct vals there = segment_saved(s, a, b, mode), outer = outer_sources(s, b);
    for (int i = 0; i < outer.count; i++)
        vals_add(s->mem, &there, outer.list[i]);
    return there;
}
