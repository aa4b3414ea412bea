/* SPDX-License-Identifier: MIT */
/* Names in a file of reference vectors -> layers and parameters of the spec. */
#include "host/vectors.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

static bool names_layer(const struct layer *l, const char *name, size_t length)
{
    return strlen(l->name) == length && !strncmp(l->name, name, length);
}

/* "12": its number; -1 for what is no number. */
static long operator_number(const char *name, size_t length)
{
    char *end;
    long number = strtol(name, &end, 10);
    return length > 0 && end == name + length ? number : -1;
}

/* The layer that "12" (an operator of an imported file) or a name stands for; the last that claims
 * it. */
int vectors_layer(const struct spec *s, const char *name, size_t length)
{
    long number = operator_number(name, length);
    int found = -1;
    for (int i = 0; i < s->nlayer; i++) {
        const struct layer *l = &s->layer[i];
        if (names_layer(l, name, length))
            return i;
        for (int k = 0; number >= 0 && k < l->nsource; k++)
            if (l->source[k] == number)
                found = i;
    }
    return found;
}

enum layer_value vectors_value(const struct layer *l, const char *name)
{
    long number = operator_number(name, strlen(name));
    if (names_layer(l, name, strlen(name)) || l->source[l->nsource - 1] == number || (!l->make->has_params && !l->act))
        return LAYER_RESULT;
    return l->act && l->source[l->nsource - 2] == number ? LAYER_BEFORE_ACT : LAYER_FOLDED;
}

const struct param *vectors_param(struct arena *mem, const struct product *p, const char *name)
{
    const struct graph *g = p->graph;
    if (!strncmp(name, "op", 2) && name[2] >= '0' && name[2] <= '9') {
        const char *dot = strchr(name, '.');
        int layer = dot ? vectors_layer(p->spec, name + 2, (size_t)(dot - name - 2)) : -1;
        if (layer >= 0)
            name = arena_format(mem, "%s%s", p->spec->layer[layer].name, dot);
    }
    for (int i = 0; i < g->nparam; i++)
        if (!strcmp(g->param[i]->name, name))
            return g->param[i];
    return NULL;
}

const struct param *vectors_last_bias(struct arena *mem, const struct product *p)
{
    const struct layer *last = &p->spec->layer[p->spec->nlayer - 1];
    return !last->act ? vectors_param(mem, p, arena_format(mem, "%s.bias", last->name)) : NULL;
}

const struct val *vectors_val(const struct product *p, const char *name, size_t prefix, const char **why)
{
    int layer = vectors_layer(p->spec, name + prefix, strlen(name + prefix));
    *why = layer < 0 ? "no such layer in the spec" : "not computed as a tensor of its own";
    if (layer < 0)
        return NULL;
    const struct val *v = p->graph->layer[layer];
    enum layer_value which = vectors_value(&p->spec->layer[layer], name + prefix);
    if (which == LAYER_BEFORE_ACT && p->spec->precision.forward == FORWARD_FLOAT32)
        return v->def->in[0];
    return which == LAYER_RESULT ? v : NULL;
}

static bool starts(const char *name, const char *prefix)
{
    return !strncmp(name, prefix, strlen(prefix));
}

/* "6x4x3x3"; "6x4" and "6" where what follows is 1. */
static char *shape_of(struct arena *mem, int n, int c, int h, int w)
{
    return h * w != 1 ? arena_format(mem, "%dx%dx%dx%d", n, c, h, w)
           : c != 1   ? arena_format(mem, "%dx%d", n, c)
                      : arena_format(mem, "%d", n);
}

char *vectors_wanted(struct arena *mem, const struct product *p, const struct tensor *t, int samples)
{
    static const char *const of_params[] = {"grad.", "sgd1.", "adam1.", "adam2."};
    bool act_q = starts(t->name, "act_q."), scores = !strcmp(t->name, "output") || !strcmp(t->name, "probabilities");
    int classes = p->graph->scores->h * p->graph->scores->w * p->graph->scores->c;
    const char *why;
    if (starts(t->name, "act.") || act_q) {
        const struct val *v = vectors_val(p, t->name, act_q ? 6 : 4, &why);
        return !v || t->count % ((int64_t)v->h * v->w * v->c) == 0 ? NULL : shape_of(mem, samples, v->c, v->h, v->w);
    }
    if (scores && t->count != (int64_t)classes * samples)
        return shape_of(mem, samples, classes, 1, 1);
    for (size_t i = 0; i < sizeof of_params / sizeof *of_params; i++) {
        const struct param *w =
            starts(t->name, of_params[i]) ? vectors_param(mem, p, t->name + strlen(of_params[i])) : NULL;
        if (w && t->count != w->count)
            return shape_of(mem, w->shape[0], w->shape[1], w->shape[2], w->shape[3]);
    }
    return NULL;
}

bool vectors_channels_last(const struct tensor *t, const struct shape *s)
{
    const int64_t *last = t->shape + t->rank - 3;
    return t->rank >= 3 && last[0] == s->h && last[1] == s->w && last[2] == s->c &&
           (last[0] != s->c || last[1] != s->h || last[2] != s->w);
}

enum output_kind vectors_output_kind(const struct tensor *t, int samples, int classes)
{
    bool shares = classes > 1, logarithms = classes > 1;
    for (int n = 0; n < samples; n++) {
        double sum = 0, exponentials = 0;
        for (int i = 0; i < classes; i++) {
            double v = tensor_at(t, (int64_t)n * classes + i);
            shares = shares && v >= 0;
            sum += v;
            exponentials += exp(v);
        }
        shares = shares && fabs(sum - 1) < 1e-3;
        logarithms = logarithms && fabs(exponentials - 1) < 1e-3;
    }
    return shares ? OUTPUT_PROBABILITIES : logarithms ? OUTPUT_LOGARITHMS : OUTPUT_SCORES;
}

int64_t vectors_whole_index(const struct param *p, int64_t i)
{
    const struct param *w = p->slice_of;
    if (!w)
        return i;
    int64_t area = (int64_t)p->shape[2] * p->shape[3], a = i % area;
    int64_t in = i / area % p->shape[1], o = i / area / p->shape[1];
    if (p->slice_inputs)
        in = p->channel[in];
    else
        o = p->channel[o];
    return w->hwc ? (o * area + a) * w->shape[1] + in : (o * w->shape[1] + in) * area + a;
}
