/* SPDX-License-Identifier: MIT */
/* The forward graph of floats -> that of an int8 network, where precision { forward = "int8" } asks for it.
 *
 * A convolution whose weights are frozen int8 with scales becomes its integer form, its activation the
 * clamp; sums, pools, activations and resized maps of int8 become integers too.  Everything else stays as it is, in
 * float32, between a dequantize and a quantize node: lite residual modules, slices and layers that learn, norms, the
 * classifier. */
#include "ops/int8.h"

#include <math.h>
#include <string.h>

static double setting(const struct quantiser *q, const char *layer, const char *role, double missing)
{
    const struct tensor *t = layer_tensor(q->g, layer, role);
    return t && t->count > 0 ? tensor_at(t, 0) : missing;
}

/* ---- scales ---- */

bool is_scale(double scale)
{
    return scale >= 1e-28 && scale <= 1e28;
}

void refuse_grid(const struct quantiser *q, const struct node *n, const char *what, double scale, double zero)
{
    diag_error(q->g->diag, n->loc, NULL, NULL,
               "'%s': its %s has scale %g and zero point %g: a scale is 1e-28 to 1e28, a zero point -128 to 127",
               n->name, what, scale, zero);
}

bool file_grid(const struct quantiser *q, const struct node *n, const char *layer, const char *what, struct val *v)
{
    double scale = setting(q, layer, arena_format(q->g->mem, "%s_scale", what), 0);
    double zero = setting(q, layer, arena_format(q->g->mem, "%s_zero_point", what), 0);
    if (scale == 0)
        return false;
    if (!is_scale(scale) || !(zero >= -128 && zero <= 127 && zero == floor(zero))) {
        refuse_grid(q, n, what, scale, zero);
        return false;
    }
    v->scale = scale;
    v->zero = (int)zero;
    return true;
}

/* The scale with which integers behind old[i] read v, looking through what keeps it, or false. */
static bool reader_grid(const struct quantiser *q, int i, const struct val *v, struct val *y)
{
    for (int k = i + 1; k < q->count; k++) {
        const struct node *n = q->old[k];
        if (!n || n->in[0] != v)
            continue;
        bool integers = is_convolution(n) && n->in[1]->role == ROLE_FROZEN && n->in[1]->param->quantised;
        double scale = integers ? setting(q, n->name, "input_scale", 0) : 0;
        double zero = integers ? setting(q, n->name, "input_zero_point", 0) : 0;
        if (is_scale(scale) && zero >= -128 && zero <= 127) {
            y->scale = scale;
            y->zero = (int)zero;
            return true;
        }
        if (n->op->grid == GRID_SAME && reader_grid(q, k, n->out[0], y))
            return true;
    }
    return false;
}

void result_grid(const struct quantiser *q, struct node *n, double lo, double hi)
{
    struct val *y = n->out[0];
    bool whole_layer = !strcmp(y->name, n->name); /* or the activation of one */
    if (file_grid(q, n, whole_layer ? layer_in_file(q->g, n->name) : y->name, "output", y))
        return;
    if (reader_grid(q, q->at, y, y))
        return;
    y->scale = fmax((hi - lo) / 255, 1e-28);
    y->zero = (int)fmax(-128, fmin(127, nearbyint(-128 - lo / y->scale)));
}

/* ---- what the operators call ---- */

void quantiser_push(struct quantiser *q, struct node *n)
{
    struct graph *g = q->g;
    GROW(g->mem, g->node, g->nnode, g->node_capacity);
    g->node[g->nnode++] = n;
}

/* The bounding activation that alone reads the result of old[at], or NULL; its place is not taken by then. */
static struct node *take_clamp_behind(struct quantiser *q)
{
    const struct val *y = q->old[q->at]->out[0];
    int only = 0;
    for (int k = q->at + 1; k < q->count; k++)
        for (int j = 0; j < NODE_IN && q->old[k]; j++)
            if (q->old[k]->in[j] == y) {
                if (only)
                    return NULL;
                only = k;
            }
    struct node *n = q->old[only];
    if (!only || y->keep || !n->op->clamp)
        return NULL;
    q->old[only] = NULL;
    return n;
}

void result_int8(struct quantiser *q, struct node *n)
{
    struct val *y = n->out[0];
    struct node *clamp = take_clamp_behind(q);
    n->whole[WHOLE_LO] = -128;
    n->whole[WHOLE_HI] = 127;
    n->whole[WHOLE_GATED] = clamp != NULL;
    if (clamp) {
        n->out[0] = clamp->out[0];
        n->out[0]->scale = y->scale;
        n->out[0]->zero = y->zero;
        n->out[0]->def = n;
        clamp->op->clamp(clamp, n->out[0], &n->whole[WHOLE_LO], &n->whole[WHOLE_HI]);
    }
    n->out[0]->type = I8;
}

bool quantiser_keep(struct quantiser *q, struct node *n, const struct op *op)
{
    node_become(n, op);
    n->out[0]->type = I8;
    n->out[0]->scale = n->in[0]->scale;
    n->out[0]->zero = n->in[0]->zero;
    quantiser_push(q, n);
    return true;
}

/* ---- the graph ---- */

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
