/* SPDX-License-Identifier: MIT */
/* What integer forms ask of the rewriting of a graph: scales, and the nodes that they leave. */
#include "integers/integers.h"

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

void bind_quant(struct bindings *b, const char *prefix, const struct val *v)
{
    bind_int(b, arena_format(b->mem, "%s_zero", prefix), v->zero);
}
