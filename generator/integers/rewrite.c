/* SPDX-License-Identifier: MIT */
/* The forward graph of floats -> that of an int8 network, where precision { forward = "int8" } asks for it.
 *
 * A convolution whose weights are frozen int8 with scales becomes its integer form, its activation the
 * clamp; sums, pools, activations and resized maps of int8 become integers too.  Everything else stays as it is, in
 * float32, between a dequantize and a quantize node: lite residual modules, slices and layers that learn, norms, the
 * classifier. */
#include "integers/integers.h"

static void stay_real(struct quantiser *q, struct node *n)
{
    for (int k = 0; k < NODE_IN; k++)
        if (n->in[k])
            n->in[k] = as_real(q->g, n->in[k]);
    quantiser_push(q, n);
}

static void convert(struct quantiser *q, struct node *n)
{
    unsigned int8 = 0;
    for (int k = 0; k < NODE_IN; k++)
        if (n->in[k]) {
            n->in[k] = q->now[n->in[k]->id];
            int8 |= (unsigned)(n->in[k]->scale > 0) << k;
        }
    if (node_grid(n, int8) == GRID_NONE || !n->op->integer(q, n))
        stay_real(q, n);
}

/* Frozen convolutions that stay floats for lack of scales are an oversight if all do, worth a note if some do. */
static void say_what_stays_float(struct graph *g)
{
    int integer = 0, real = 0;
    const char *first = NULL;
    for (int i = 0; i < g->nnode; i++) {
        const struct node *n = g->node[i];
        bool dense = n->in[0]->h * n->in[0]->w == 1;
        integer += n->op->grid == GRID_WEIGHTS && !is_convolution(n);
        if (!is_convolution(n) || n->in[1]->role != ROLE_FROZEN || dense)
            continue;
        first = first ? first : n->name;
        real++;
    }
    if (!integer && real)
        diag_error(g->diag, g->spec->precision.loc, "forward",
                   "tinytl-gen quantize spec.lua --data DIR -o FILE writes them for a network of floats",
                   "int8 needs weights with scales: %s has none for '%s'",
                   g->weights ? g->weights->path : "a spec without weights", first);
    else if (real) {
        GROW(g->mem, g->note, g->nnote, g->note_capacity);
        g->note[g->nnote++] = arena_format(g->mem, "%d frozen convolutions have no scales and stay floats: %s%s", real,
                                           first, real > 1 ? ", ..." : "");
    }
}

void graph_quantise(struct graph *g)
{
    int nval = g->nval;
    struct quantiser q = {.g = g, .old = g->node, .count = g->nnode, .nval = nval};
    q.now = NEW_ARRAY(g->mem, struct val *, nval);
    q.int8 = NEW_ARRAY(g->mem, struct val *, nval);
    for (int i = 0; i < nval; i++)
        q.now[i] = g->val[i];
    g->node = NULL;
    g->nnode = g->node_capacity = 0;
    for (q.at = 0; q.at < q.count; q.at++)
        if (q.old[q.at])
            convert(&q, q.old[q.at]);
    for (int i = 0; i < g->spec->nlayer; i++)
        g->layer[i] = q.now[g->layer[i]->id];
    g->scores = as_real(g, q.now[g->scores->id]);
    say_what_stays_float(g);
}
