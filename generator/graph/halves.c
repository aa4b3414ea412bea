/* SPDX-License-Identifier: MIT */
/* A network cut in two, for what is remembered of samples: `replay`.
 *
 *     image --[ head: frozen ]-- cut . . latent --[ tail: learns ]-- scores, loss, backward, updates
 *
 * Both halves are graphs of their own over the same tensors: later stages treat the head as a network that predicts, and
 * the tail as one whose image is the latent.  So what is learnt from an image is learnt from what the head made of it,
 * by the very code that learns from what was remembered. */
#include "graph/op.h"

#include <stdlib.h>
#include <string.h>

/* ---- names ---- */

/* Bytes of a layer's name before its last dot; 0 if it has none. */
static size_t block_length(const char *name)
{
    const char *dot = strrchr(name, '.');
    return dot ? (size_t)(dot - name) : 0;
}

static bool is_of(const char *name, const char *block, size_t length)
{
    return !strncmp(name, block, length) && name[length] == '.';
}

/* A layer that a block makes before its last. */
static bool is_inner(const struct spec *s, int i)
{
    size_t length = block_length(s->layer[i].name);
    for (int k = i + 1; length && k < s->nlayer; k++)
        if (is_of(s->layer[k].name, s->layer[i].name, length) && s->layer[k].loc.line == s->layer[i].loc.line)
            return true;
    return false;
}

/* What a user calls the place behind layer i. */
static const char *place_name(const struct graph *g, int i)
{
    const struct spec *s = g->spec;
    const char *name = s->layer[i].name;
    size_t length = block_length(name);
    bool block = false;
    for (int k = 1; length && k < i; k++)
        block = block || (is_of(s->layer[k].name, name, length) && s->layer[k].loc.line == s->layer[i].loc.line);
    if (!block)
        return name;
    const char *own = arena_format(g->mem, "%.*s", (int)length, name);
    return ends_with(own, ".lite") ? arena_format(g->mem, "%.*s", (int)(length - strlen(".lite")), name) : own;
}

/* The layer of that name, or the last of the block of that name; 0: there is none. */
static int layer_at(const struct spec *s, const char *at)
{
    int found = 0;
    for (int i = 1; i < s->nlayer; i++)
        if (!strcmp(s->layer[i].name, at) || is_of(s->layer[i].name, at, strlen(at)))
            found = i;
    return found;
}

/* ---- where a cut is possible ---- */

static void mark_ancestors(const struct val *v, bool *made)
{
    const struct node *n = v->def;
    if (!n || made[v->id])
        return;
    for (int k = 0; k < n->nout; k++)
        if (n->out[k])
            made[n->out[k]->id] = true;
    for (int k = 0; k < n->nin; k++)
        if (n->in[k] && n->in[k]->role == ROLE_TEMP)
            mark_ancestors(n->in[k], made);
}

/* What layer i gives: as int8, where that is all that is read of it. */
static struct val *result_of(const struct graph *g, int i)
{
    struct val *v = g->layer[i];
    const struct node *reader = NULL;
    for (int k = 0; k < g->nnode; k++)
        for (int j = 0; j < g->node[k]->nin; j++)
            if (g->node[k]->in[j] == v)
                reader = reader && reader != g->node[k] ? g->node[0] : g->node[k];
    bool rounded = reader && v->type == F32 && reader->out[0]->type == I8 && reader->in[0] == v && reader->nin == 1;
    return rounded ? reader->out[0] : v;
}

/* Tensors before a cut that are read behind it, but for the cut. */
static bool is_crossed(const struct graph *g, const struct val *cut, const bool *made)
{
    for (int i = 0; i < g->nnode; i++) {
        const struct node *n = g->node[i];
        for (int k = 0; k < n->nin && !made[n->out[0] ? n->out[0]->id : cut->id]; k++)
            if (n->in[k] && n->in[k] != cut && (n->in[k]->role == ROLE_INPUT || made[n->in[k]->id]))
                return true;
    }
    return false;
}

/* The first layer before a cut of which something learns, or NULL. */
static const char *learner(const struct graph *g, const bool *made)
{
    for (int i = 0; i < g->nnode; i++)
        for (int k = 0; k < g->node[i]->nin; k++)
            if (made[g->node[i]->out[0] ? g->node[i]->out[0]->id : 0] && g->node[i]->in[k] &&
                g->node[i]->in[k]->role == ROLE_TRAINED)
                return g->node[i]->name;
    return NULL;
}

static bool *ancestors(const struct graph *g, const struct val *v)
{
    bool *made = NEW_ARRAY(g->mem, bool, g->nval + 1);
    mark_ancestors(v, made);
    return made;
}

static bool is_cut(const struct graph *g, int i)
{
    const struct val *v = result_of(g, i);
    const bool *made = ancestors(g, v);
    return !is_inner(g->spec, i) && v->role == ROLE_TEMP && v != g->scores && !is_crossed(g, v, made) &&
           !learner(g, made);
}

/* A hint with the nearest place that would do, or NULL. */
static const char *nearest(const struct graph *g, int from)
{
    int best = 0;
    for (int i = 1; i < g->spec->nlayer; i++)
        if (is_cut(g, i) && (!best || abs(i - from) < abs(best - from)))
            best = i;
    return best ? arena_format(g->mem, "the nearest place that can be: at = \"%s\"", place_name(g, best)) : NULL;
}

static const char *similar_place(const struct graph *g, const char *at)
{
    const char **names = NEW_ARRAY(g->mem, const char *, g->spec->nlayer);
    int count = 0;
    for (int i = 1; i < g->spec->nlayer; i++)
        if (!is_inner(g->spec, i))
            names[count++] = place_name(g, i);
    const char *near = nearest_name(at, names, count);
    return near ? arena_format(g->mem, "did you mean '%s'?", near) : nearest(g, g->spec->nlayer);
}

static bool is_possible(const struct graph *g, int i, const struct val *v, const bool *made)
{
    const struct remembering *r = &g->spec->replay;
    const char *learns = learner(g, made);
    if (!i)
        diag_error(g->diag, r->loc, r->at, similar_place(g, r->at), "replay: there is no layer or block '%s'", r->at);
    else if (is_inner(g->spec, i))
        diag_error(g->diag, r->loc, r->at, nearest(g, i), "replay: '%s' is an inner layer of a block", r->at);
    else if (learns)
        diag_error(g->diag, r->loc, r->at, nearest(g, i),
                   "replay: '%s' learns, and what is remembered behind it, at '%s', would grow old", learns, r->at);
    else if (v == g->scores || v->role != ROLE_TEMP)
        diag_error(g->diag, r->loc, r->at, nearest(g, i), "replay: nothing is behind '%s' that could learn", r->at);
    else if (is_crossed(g, v, made))
        diag_error(g->diag, r->loc, r->at, nearest(g, i),
                   "replay: what is before '%s' is read behind it, too (a residual crosses it)", r->at);
    else
        return true;
    return false;
}

/* ---- cutting ---- */

static struct graph *half(struct graph *g, const bool *made, bool head)
{
    struct graph *h = NEW(g->mem, struct graph);
    struct spec *s = NEW(g->mem, struct spec);
    *h = *g;
    *s = *g->spec;
    h->spec = s;
    h->node = NEW_ARRAY(g->mem, struct node *, g->nnode);
    h->nnode = 0;
    for (int i = 0; i < g->nnode; i++) {
        const struct val *out = g->node[i]->out[0];
        if ((out && made[out->id]) == head)
            h->node[h->nnode++] = g->node[i];
    }
    return h;
}

struct halves *graph_cut(struct graph *g)
{
    const struct remembering *r = &g->spec->replay;
    if (!r->at)
        return NULL;
    int at = layer_at(g->spec, r->at);
    struct halves *h = NEW(g->mem, struct halves);
    h->cut = at ? result_of(g, at) : g->scores;
    const bool *made = ancestors(g, h->cut);
    if (!is_possible(g, at, h->cut, made))
        return NULL;
    h->head = half(g, made, true);
    h->head->scores = h->cut;
    h->head->loss = NULL;
    h->head->classes = (struct classes){.counts = NULL};
    h->latent = val_new(g, "latent", (struct shape){h->cut->h, h->cut->w, h->cut->c}, h->cut->type);
    int id = h->latent->id;
    *h->latent = *h->cut;
    h->latent->name = "latent";
    h->latent->id = id;
    h->latent->role = ROLE_INPUT;
    h->latent->def = NULL;
    h->tail = half(g, made, false);
    for (int i = 0; i < h->tail->nnode; i++)
        for (int k = 0; k < h->tail->node[i]->nin; k++)
            if (h->tail->node[i]->in[k] == h->cut)
                h->tail->node[i]->in[k] = h->latent;
    h->tail->input = h->latent;
    h->tail->held = (val_bytes(h->latent) + 15) / 16 * 16;
    struct input *latent = &((struct spec *)(uintptr_t)h->tail->spec)->input;
    latent->in_scratch = latent->streamed = false;
    h->head->val = h->tail->val = g->val;
    h->head->nval = h->tail->nval = g->nval;
    return h;
}

/* int8; of floats behind a float, their scale. */
int64_t halves_latent(const struct halves *h)
{
    int64_t elements = (int64_t)h->latent->h * h->latent->w * h->latent->c;
    return h->latent->type == F32 ? elements + 4 : elements;
}

/* As latent.h.tpl has it: three words, a word a class, two bytes of label a sample. */
int64_t halves_reservoir(const struct halves *h, int64_t samples)
{
    const struct val *scores = h->tail->scores;
    int64_t classes = (int64_t)scores->h * scores->w * scores->c;
    return (12 + 4 * classes + samples * (2 + halves_latent(h)) + 3) / 4 * 4;
}
