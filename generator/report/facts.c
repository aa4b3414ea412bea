/* SPDX-License-Identifier: MIT */
#include "report/facts.h"

#include <stdlib.h>
#include <string.h>

/* ---- buffers ---- */

/* True if the same tensor was made before: this is a recomputation. */
static bool made_again(const struct program *w, const struct copy *c)
{
    for (int i = 0; i < w->ncopy; i++)
        if (w->copy[i]->val == c->val && w->copy[i]->sweep < c->sweep)
            return true;
    return false;
}

enum buffer_kind buffer_kind(const struct program *w, const struct buffer *b)
{
    const struct val *v = b->tail->val;
    if (v->type == BITS)
        return KIND_MASK;
    if (!v->def || (v->def->in[0]->role == ROLE_INPUT && !v->def->op->macs))
        return KIND_IMAGE; /* as the caller gave it, or converted */
    if (v->def->pass != PASS_FORWARD)
        return v->def->op->stepping == STEP_ACCUMULATE ? KIND_ACCUMULATOR : KIND_GRADIENT;
    return made_again(w, b->tail) ? KIND_RECOMPUTED : KIND_MAP;
}

const char *kind_name(enum buffer_kind k)
{
    static const char *const names[KINDS] = {"image", "map",      "recomputed map",
                                             "mask",  "gradient", "parameter gradient"};
    return names[k];
}

bool buffer_is_ring(const struct buffer *b)
{
    return !b->full && b->rows < b->val->h;
}

const struct program *largest_program(const struct plan *p)
{
    return p->train && p->scratch_train >= p->scratch_infer ? p->train : p->predict;
}

int64_t *alive_by_kind(struct arena *mem, const struct program *w)
{
    int64_t *alive = NEW_ARRAY(mem, int64_t, (w->steps + 1) * KINDS);
    for (int i = 0; i < w->nbuffer; i++) {
        const struct buffer *b = w->buffer[i];
        int parts = b->full ? b->rows : 1, kind = (int)buffer_kind(w, b);
        for (int y = 0; y < parts; y++) {
            alive[b->birth[y] * KINDS + kind] += b->bytes / parts;
            alive[b->death[y] * KINDS + kind] -= b->bytes / parts;
        }
    }
    for (int i = KINDS; i < w->steps * KINDS; i++)
        alive[i] += alive[i - KINDS];
    return alive;
}

/* ---- layers ---- */

static struct layer_row *row_of(struct layer_row *rows, int *count, const char *name)
{
    for (int i = 0; i < *count; i++)
        if (!strcmp(rows[i].name, name))
            return &rows[i];
    rows[*count] = (struct layer_row){.name = name};
    return &rows[(*count)++];
}

/* Every tensor counts for the first layer that reads it; those of the backward pass too. */
static void add_params(struct arena *mem, struct layer_row *r, const struct node *n, bool *counted)
{
    for (int k = 0; k < n->nin; k++) {
        const struct val *v = n->in[k];
        if (!v || !val_is_param(v) || counted[v->id])
            continue;
        counted[v->id] = true;
        r->weights += flash_bytes(mem, v);
        if (v->role == ROLE_TRAINED)
            r->trained += param_bytes(v);
    }
}

/* The step at which the forward pass is over. */
static int loss_sweep(const struct program *w)
{
    for (int s = 0; s < w->nsweep; s++)
        for (int i = 0; i < w->sweep[s].ntask; i++)
            if (w->sweep[s].task[i].node->pass == PASS_LOSS)
                return s;
    return w->nsweep;
}

static void add_scratch(struct layer_row *rows, int *count, const struct program *w)
{
    int loss = loss_sweep(w);
    for (int i = 0; i < w->ncopy; i++) {
        const struct copy *c = w->copy[i];
        if (!c->buffer || !c->val->def || c->val->def->pass != PASS_FORWARD || c->sweep > loss)
            continue;
        struct layer_row *r = row_of(rows, count, c->val->def->name);
        if (c->buffer->tail == c)
            r->held += c->buffer->bytes;
        if (c->last > loss)
            r->saved += c->buffer->bytes;
    }
}

static void add_recompute(struct layer_row *rows, int *count, const struct program *w)
{
    for (int s = 0; s < w->nsweep; s++)
        for (int i = 0; i < w->sweep[s].ntask; i++) {
            const struct task *t = &w->sweep[s].task[i];
            if (t->again)
                row_of(rows, count, t->node->name)->recompute += node_macs(t->node);
        }
}

static void add_state(struct layer_row *rows, int count, const struct graph *g)
{
    for (int i = 0; i < g->nval; i++) {
        const struct val *v = g->val[i];
        if (v->role != ROLE_STATE || !v->param)
            continue;
        for (int k = 0; k < count; k++) {
            size_t n = strlen(rows[k].name);
            if (!strncmp(v->param->name, rows[k].name, n) && v->param->name[n] == '.' &&
                !strchr(v->param->name + n + 1, '.'))
                rows[k].state += param_bytes(v);
        }
    }
}

struct layer_row *layer_rows(struct arena *mem, const struct product *p, int *count)
{
    const struct graph *g = p->graph;
    struct layer_row *rows = NEW_ARRAY(mem, struct layer_row, g->nnode + 1);
    bool *counted = NEW_ARRAY(mem, bool, g->nval);
    *count = 0;
    for (int i = 0; i < g->nnode; i++) {
        const struct node *n = g->node[i];
        if (n->pass == PASS_UPDATE || n->pass == PASS_LOSS)
            continue;
        struct layer_row *r = row_of(rows, count, n->name);
        add_params(mem, r, n, counted);
        if (n->pass == PASS_BACKWARD) {
            r->backward += node_macs(n);
            continue;
        }
        if (!r->op || node_macs(n)) /* a layer is what does its work */
            r->op = n->op->name;
        r->out = n->out[0];
        r->map = val_bytes(n->out[0]);
        r->forward += node_macs(n);
    }
    const struct program *w = p->plan->train ? p->plan->train : p->plan->predict;
    add_scratch(rows, count, w);
    add_recompute(rows, count, w);
    add_state(rows, *count, g);
    return rows;
}

/* ---- what is kept ---- */

static const char *reason(const struct val *v, const struct node *reader)
{
    if (reader->pass == PASS_FORWARD)
        return "again";
    if (reader->op->stepping == STEP_ACCUMULATE)
        return "weights";
    return v->type == BITS ? "mask" : "gradient";
}

/* One entry for each reason, the first reader of each. */
static int add_kept(struct kept *list, const struct copy *c, int loss)
{
    int n = 0;
    for (int i = 0; i < c->nreader; i++) {
        if (c->reader[i]->sweep <= loss)
            continue;
        const struct node *reader = c->reader[i]->node;
        const char *why = reason(c->val, reader);
        bool there = false;
        for (int k = 0; k < n; k++)
            there = there || !strcmp(list[k].why, why);
        if (!there)
            list[n++] = (struct kept){c->val, c->val->def->name, reader->name, why, c->buffer->bytes};
    }
    return n;
}

struct kept *kept_list(struct arena *mem, const struct program *w, int *count)
{
    enum { REASONS = 4 };
    int loss = loss_sweep(w);
    struct kept *list = NEW_ARRAY(mem, struct kept, w->ncopy * REASONS + 1);
    *count = 0;
    for (int i = 0; i < w->ncopy; i++) {
        const struct copy *c = w->copy[i];
        if (c->buffer && c->val->def && c->val->def->pass == PASS_FORWARD && c->sweep <= loss && c->last > loss)
            *count += add_kept(list + *count, c, loss);
    }
    return list;
}

/* ---- figures ---- */

int64_t trained_values(const struct graph *g)
{
    int64_t n = 0;
    for (int i = 0; i < g->nparam; i++)
        if (g->param[i]->trained)
            n += g->param[i]->count;
    return n;
}

int64_t net_bytes(const struct graph *g, enum role role)
{
    int64_t n = 0;
    for (int i = 0; i < g->nval; i++)
        if (g->val[i]->role == role)
            n += param_bytes(g->val[i]);
    return n;
}

const char *count_text(struct arena *mem, int64_t n)
{
    if (n < 10000)
        return arena_format(mem, "%lld", (long long)n);
    if (n < 1000000)
        return arena_format(mem, "%.0f k", (double)n / 1e3);
    if (n < 10000000)
        return arena_format(mem, "%.2f M", (double)n / 1e6);
    return arena_format(mem, "%.1f M", (double)n / 1e6);
}
