/* SPDX-License-Identifier: MIT */
/* Weights of a convolution, standardised: of each output channel (w - mean) / (s + eps), s the standard deviation with
 * n - 1 (Qiao et al., Micro-Batch Training with Batch-Channel Normalization and Weight Standardization, 2019; TinyTL).
 *
 *     standardise       y of w                          one row
 *     standardise_dw    dw of dy, the gradient of y     accumulates over one row
 *
 * Weights that stay as they are become the result when the graph is built: then there is no such node. */
#include "convolution/convolution.h"

#include <math.h>

static bool learns(const struct graph *g, const struct param *p)
{
    const struct train *t = &g->spec->train;
    for (int i = 0; i < t->nupdate; i++)
        if (glob_match(t->update[i].glob, p->name))
            return true;
    return false;
}

static void standardise_channel(float *w, int64_t n, double eps)
{
    double mean = 0, sum = 0;
    for (int64_t i = 0; i < n; i++)
        mean += (double)w[i] / (double)n;
    for (int64_t i = 0; i < n; i++)
        sum += ((double)w[i] - mean) * ((double)w[i] - mean);
    double divisor = sqrt(sum / (double)(n - 1)) + eps;
    for (int64_t i = 0; i < n; i++)
        w[i] = (float)(((double)w[i] - mean) / divisor);
}

/* The nearest int8, with a new scale, for the mean is seldom a multiple of the old one. */
static void quantise_channel(struct param *p, int o, int64_t n)
{
    float *w = p->value + o * n, largest = 0;
    for (int64_t i = 0; i < n; i++)
        largest = fmaxf(largest, fabsf(w[i]));
    p->scale[o] = largest / 127;
    for (int64_t i = 0; i < n && largest > 0; i++) {
        p->quantised[o * n + i] = (int8_t)nearbyint((double)w[i] / (double)p->scale[o]);
        w[i] = (float)p->quantised[o * n + i] * p->scale[o];
    }
}

static void fold(struct param *p, double eps)
{
    int64_t n = p->count / p->shape[0];
    p->one_scale = false;
    for (int o = 0; o < p->shape[0]; o++) {
        standardise_channel(p->value + o * n, n, eps);
        if (p->quantised)
            quantise_channel(p, o, n);
    }
}

/* The result is a parameter to those that read it, but none that a user could name. */
static struct val *standardised(struct graph *g, const struct param *p)
{
    struct param *result = NEW(g->mem, struct param);
    *result = *p;
    result->name = arena_format(g->mem, "%s.standardised", p->name);
    result->quantised = NULL;
    result->val = val_new(g, result->name, (struct shape){1, 1, (int)p->count}, F32);
    result->val->param = result;
    return result->val;
}

static void standardise_bind(const struct node *n, struct bindings *b)
{
    const struct param *p = n->in[n->nin - 1]->param;
    int outs = p->shape[0] / p->groups;
    bool depthwise = p->groups == p->shape[0] && p->shape[1] == 1;
    bind_int(b, "groups", depthwise ? 1 : p->groups);
    bind_int(b, "outs", depthwise ? p->shape[0] : outs);
    bind_int(b, "n", (long)(p->count / p->shape[0]));
    bind_real(b, "eps", n->number[0]);
    bind_flag(b, "keep", n->out[0]->role == ROLE_STATE);
    b->label = arena_format(b->mem, "%d_of_%d", p->shape[0], (int)(p->count / p->shape[0]));
}

static const struct op op_standardise_dw = {
    .name = "standardise_dw",
    .in = {{"dy"}, {"w"}},
    .out = {{"dw"}},
    .stepping = STEP_ACCUMULATE, /* over one row: a batch adds to it */
    .bind = standardise_bind,
};

static void standardise_grad(struct graph *g, struct node *n)
{
    struct node *d = grad_param(g, n->in[0], &op_standardise_dw, n);
    d->in[0] = n->out[0]->grad;
    d->in[1] = n->in[0];
    d->number[0] = n->number[0];
}

static const struct op op_standardise = {
    .name = "standardise",
    .in = {{"w"}},
    .out = {{"y", .rows = true}},
    .grad = standardise_grad,
    .bind = standardise_bind,
};

void standardise_check(struct diag *d, const struct layer *l, int inputs)
{
    const struct setting *k = layer_setting(l, "k");
    const struct setting *s = layer_setting(l, "standardise");
    if (s->given && !(s->number[0] >= 0))
        diag_error(d, l->loc, "standardise", NULL, "%s '%s': 'standardise' is added to a deviation: 0 or more",
                   l->make->name, l->name);
    if (s->given && inputs * k->number[0] * k->number[1] < 2)
        diag_error(d, l->loc, "standardise", NULL,
                   "%s '%s': an output channel with a single weight has no standard deviation", l->make->name, l->name);
}

struct val *standardise_weights(struct graph *g, const struct layer *l, struct param *p, enum content content)
{
    if (!layer_has(l, "standardise") || !layer_setting(l, "standardise")->given)
        return p->val = param_val(g, p, content, F32);
    double eps = layer_number(l, "standardise");
    p->standardised = true;
    if (!learns(g, p)) {
        fold(p, eps);
        return p->val = param_val(g, p, content, F32);
    }
    p->quantised = NULL;
    p->val = param_val(g, p, content, F32);
    struct node *n = node_add(g, &op_standardise, l->name, l->loc, standardised(g, p));
    n->in[0] = p->val;
    n->number[0] = eps;
    return n->out[0];
}
