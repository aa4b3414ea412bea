/* SPDX-License-Identifier: MIT */
/* batch_norm: frozen statistics, folded into the convolution before it when the graph is built:
 *
 *     w' = w * gamma / sqrt(var + eps)        b' = beta + (b - mean) * gamma / sqrt(var + eps)
 *
 * What learns afterwards is the folded bias, as TinyTL has it. */
#include "ops/ops.h"

#include <math.h>
#include <string.h>

static void fold(struct param *w, struct param *b, struct param *const *norm, double eps)
{
    const float *gamma = norm[NORM_WEIGHT]->value, *beta = norm[NORM_BIAS]->value, *mean = norm[NORM_MEAN]->value,
                *var = norm[NORM_VAR]->value;
    int64_t each = w->count / w->shape[0];
    b->counts = NULL; /* an int32 bias is a real number from here on */
    for (int o = 0; o < w->shape[0]; o++) {
        double f = (double)gamma[o] / sqrt((double)var[o] + eps);
        b->value[o] = (float)((double)beta[o] + ((double)b->value[o] - (double)mean[o]) * f);
        for (int64_t i = o * each; i < (o + 1) * each; i++)
            w->value[i] = (float)((double)w->value[i] * f);
        if (w->scale)
            w->scale[o] = (float)((double)w->scale[o] * fabs(f));
        for (int64_t i = o * each; w->quantised && f < 0 && i < (o + 1) * each; i++)
            w->quantised[i] = (int8_t)(w->quantised[i] == -128 ? 127 : -w->quantised[i]); /* scales stay positive */
    }
}

static struct val *batch_norm_build(struct graph *g, const struct layer *l, struct val **in)
{
    struct node *conv = in[0]->def;
    struct param *p[NORM_ROLES];
    int before = g->nparam;
    for (int i = 0; i < NORM_ROLES; i++)
        p[i] = param_new(g, l, norm_roles[i], (int[]){in[0]->c, 1, 1, 1}, 0);
    g->nparam = before; /* they end in the convolution: nothing of them is emitted */
    if (!conv || !is_convolution(conv) || val_readers(g, in[0]) > 0) {
        diag_error(g->diag, l->loc, l->name, "put it right behind a conv, dwconv or dense without act",
                   "batch_norm '%s' has no convolution before it to be folded into", l->name);
        return in[0];
    }
    norm_read(g, l, conv->in[1]->param, p);
    for (int i = 0; i < in[0]->c; i++)
        if (!((double)p[NORM_VAR]->value[i] + layer_number(l, "eps") > 0)) {
            diag_error(g->diag, l->loc, l->name, NULL, "'%s.running_var' has a negative value", l->name);
            return in[0];
        }
    if (conv->in[1]->def) {
        diag_error(g->diag, l->loc, l->name, "group_norm behind it has statistics of its own, as TinyTL has it",
                   "batch_norm '%s' cannot be folded into '%s', whose standardised weight learns", l->name, conv->name);
        return in[0];
    }
    struct param *w = conv->in[1]->param;
    if (!conv->in[3]) { /* the convolution gets a bias of its own */
        struct layer bias = *l;
        bias.name = conv->name;
        bias.init = "zero";
        struct param *b = param_new(g, &bias, "bias", (int[]){in[0]->c, 1, 1, 1}, 0);
        conv->in[3] = b->val = param_val(g, b, CONTENT_VECTOR, F32);
    }
    fold(w, conv->in[3]->param, p, layer_number(l, "eps"));
    return activation_add(g, l, in[0]);
}

static const struct constructor make_batch_norm = {
    .name = "batch_norm",
    .inputs = 1,
    .has_act = true,
    .has_params = true,
    .attribute = {{"eps", ATTRIBUTE_NUMBER, .value = 1e-5}},
    .shape = shape_same,
};

const struct op op_batch_norm = {.name = "batch_norm", .make = &make_batch_norm, .build = batch_norm_build};
