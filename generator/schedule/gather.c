/* SPDX-License-Identifier: MIT */
/* Channels that are read or added to where they lie.
 *
 *     x --take--> taken --conv--> y        x --conv from its channels--> y
 *     x --conv--> learnt --put--> y        x --conv to its channels--> y
 *
 * A slice's tensors would live beside the maps that their channels belong to, so that learning a part of a weight took
 * more memory than learning all of it.  Where a sweep makes such a tensor for itself alone, and all that read it (the
 * one that makes it) can go through an index, they do: a few pixels at a time, in the same order, to the same bits.
 * What later sweeps read (the part of a map that is kept for a weight gradient) is still made.
 *
 * Needs an outline; gives one with the same results and fewer nodes.                                   */
#include "schedule/schedule.h"

#include <string.h>

static bool reads(const struct node *n, const struct val *v)
{
    for (int k = 0; k < n->nin; k++)
        if (n->in[k] == v)
            return true;
    return false;
}

static bool makes(const struct node *n, const struct val *v)
{
    for (int k = 0; k < n->nout; k++)
        if (n->out[k] == v)
            return true;
    return false;
}

/* True if v, as sweep s makes it, is read by a later one or must survive. */
static bool outlives(const struct outline *o, int s, const struct vals *keep, const struct val *v)
{
    for (s++; s < o->nsweep; s++) {
        const struct sweep_outline *w = &o->sweep[s];
        bool read = false;
        for (int i = 0; i < w->nnode; i++) {
            if (makes(w->node[i], v))
                return false; /* its readers read that one */
            read = read || reads(w->node[i], v);
        }
        if (read)
            return true;
    }
    return vals_has(keep, v);
}

/* Products with frozen int8 weights have no form that goes through an index. */
static bool has_int8_weights(const struct node *n)
{
    for (int k = 0; k < n->nin; k++)
        if (n->in[k] && n->in[k]->role == ROLE_FROZEN && n->in[k]->type == I8)
            return true;
    return false;
}

/* True if n can read each input that is v through an index. */
static bool can_gather(const struct node *n, const struct val *v)
{
    if (has_int8_weights(n))
        return !reads(n, v);
    for (int k = 0; k < n->nin; k++)
        if (n->in[k] == v && (!n->op->in[k].index || n->in[n->op->in[k].index - 1]))
            return false;
    return true;
}

static struct node *variant(struct arena *mem, const struct node *n)
{
    struct node *v = NEW(mem, struct node);
    *v = *n;
    return v;
}

/* All readers of what a `take` makes read its channels where they lie. */
static bool fold_take(struct arena *mem, struct sweep_outline *w, const struct node *take)
{
    const struct val *taken = take->out[0];
    for (int i = 0; i < w->nnode; i++)
        if (!can_gather(w->node[i], taken))
            return false;
    for (int i = 0; i < w->nnode; i++) {
        if (!reads(w->node[i], taken))
            continue;
        struct node *n = variant(mem, w->node[i]);
        for (int k = 0; k < n->nin; k++)
            if (n->in[k] == taken) {
                n->in[k] = take->in[0];
                n->in[n->op->in[k].index - 1] = take->in[1];
            }
        w->node[i] = n;
    }
    return true;
}

/* Where in w the node is whose result `put`, and nobody else, reads, and which can add it to its channels: -1 if there is none. */
static int adder_of(const struct sweep_outline *w, const struct node *put)
{
    const struct val *x = put->in[0];
    int found = -1;
    for (int i = 0; i < w->nnode; i++) {
        const struct node *n = w->node[i];
        if (n != put && reads(n, x))
            return -1;
        if (n->out[0] == x && n->op->out[0].index && n->op->plus && !n->in[n->op->plus - 1] &&
            !n->in[n->op->out[0].index - 1] && !has_int8_weights(n))
            found = i;
    }
    return found;
}

/* What node i of w makes, it adds to the channels of `put`'s result. */
static struct node *fold_put(struct arena *mem, const struct sweep_outline *w, int i, const struct node *put)
{
    struct node *n = variant(mem, w->node[i]);
    n->in[n->op->out[0].index - 1] = put->in[1];
    n->in[n->op->plus - 1] = put->in[put->op->plus - 1];
    n->out[0] = put->out[0];
    return n;
}

static void fold_sweep(struct arena *mem, const struct outline *o, int s, const struct vals *keep)
{
    struct sweep_outline *w = &o->sweep[s];
    bool *gone = NEW_ARRAY(mem, bool, w->nnode);
    for (int i = 0; i < w->nnode; i++) {
        const struct node *n = w->node[i];
        if (n->op->channels == CHANNELS_TAKEN && !outlives(o, s, keep, n->out[0]))
            gone[i] = fold_take(mem, w, n);
        int adder = n->op->channels == CHANNELS_PUT && !outlives(o, s, keep, n->in[0]) ? adder_of(w, n) : -1;
        if (adder >= 0) {
            w->node[i] = fold_put(mem, w, adder, n);
            gone[adder] = true;
        }
    }
    int left = 0;
    for (int i = 0; i < w->nnode; i++)
        if (!gone[i]) {
            w->node[left] = w->node[i];
            w->strip[left++] = w->strip[i];
        }
    w->nnode = left;
    if (left == 1) /* nobody to take turns with */
        w->strip[0] = node_steps(w->node[0]);
}

struct outline outline_folded(struct arena *mem, const struct outline *from, const struct vals *keep)
{
    struct outline o = {NEW_ARRAY(mem, struct sweep_outline, from->nsweep), from->nsweep, from->nsweep};
    for (int s = 0; s < o.nsweep; s++) {
        const struct sweep_outline *w = &from->sweep[s];
        o.sweep[s] = *w;
        o.sweep[s].node = NEW_ARRAY(mem, struct node *, w->nnode);
        o.sweep[s].strip = NEW_ARRAY(mem, int, w->nnode);
        memcpy(o.sweep[s].node, w->node, sizeof *w->node * (size_t)w->nnode);
        memcpy(o.sweep[s].strip, w->strip, sizeof *w->strip * (size_t)w->nnode);
    }
    for (int s = 0; s < o.nsweep; s++)
        if (o.sweep[s].folds)
            fold_sweep(mem, &o, s, keep);
    return o;
}
