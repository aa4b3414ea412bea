/* SPDX-License-Identifier: MIT */
/* Parameters that are a part of another's channels. */
#include "base/sort.h"
#include "graph/graph.h"

#include <math.h>
#include <stdlib.h>

struct magnitude {
    int channel;
    double sum;
};

static int by_magnitude(const void *a, const void *b)
{
    const struct magnitude *x = a, *y = b;
    if (x->sum != y->sum)
        return x->sum > y->sum ? -1 : 1;
    return x->channel - y->channel;
}

/* The `count` input or output channels of p with the largest weights, ascending. */
static int *largest_channels(struct graph *g, const struct param *p, bool inputs, int count)
{
    int n = inputs ? p->shape[1] : p->shape[0], area = p->shape[2] * p->shape[3];
    struct magnitude *m = NEW_ARRAY(g->mem, struct magnitude, n);
    int *channel = NEW_ARRAY(g->mem, int, count);
    for (int c = 0; c < n; c++)
        m[c].channel = c;
    for (int64_t i = 0; i < p->count; i++) {
        int64_t o = i / ((int64_t)p->shape[1] * area), in = p->hwc ? i % p->shape[1] : i / area % p->shape[1];
        m[inputs ? in : o].sum += fabs((double)p->value[i]);
    }
    qsort(m, (size_t)n, sizeof *m, by_magnitude);
    for (int i = 0; i < count; i++)
        channel[i] = m[i].channel;
    sort_integers(channel, count);
    return channel;
}

struct param *param_slice(struct graph *g, struct param *whole, bool inputs, int count)
{
    struct param *p = NEW(g->mem, struct param);
    int area = whole->shape[2] * whole->shape[3], k = 0;
    *p = *whole;
    p->name = arena_format(g->mem, "%s.slice", whole->name);
    p->channel = largest_channels(g, whole, inputs, count);
    p->nchannel = count;
    p->slice_inputs = inputs;
    p->slice_of = whole;
    p->shape[inputs ? 1 : 0] = count;
    p->count = (int64_t)p->shape[0] * p->shape[1] * area;
    p->value = NEW_ARRAY(g->mem, float, p->count);
    p->quantised = NULL;
    p->scale = whole->scale ? NEW_ARRAY(g->mem, float, p->shape[0]) : NULL;
    for (int o = 0; whole->scale && o < p->shape[0]; o++)
        p->scale[o] = whole->scale[inputs ? o : p->channel[o]];
    p->hwc = false;
    for (int o = 0; o < p->shape[0]; o++)
        for (int i = 0; i < p->shape[1]; i++)
            for (int a = 0; a < area; a++) {
                int64_t out = inputs ? o : p->channel[o], in = inputs ? p->channel[i] : i;
                int64_t from =
                    whole->hwc ? (out * area + a) * whole->shape[1] + in : (out * whole->shape[1] + in) * area + a;
                p->value[k++] = whole->value[from];
                whole->value[from] = 0;
                if (whole->quantised)
                    whole->quantised[from] = 0;
            }
    GROW(g->mem, g->param, g->nparam, g->param_capacity);
    return g->param[g->nparam++] = p;
}

struct param *param_rest(struct graph *g, struct param *whole, const struct param *p)
{
    struct param *rest = NEW(g->mem, struct param);
    int area = whole->shape[2] * whole->shape[3], ins = whole->shape[1];
    *rest = *whole;
    rest->shape[1] = ins - p->nchannel;
    rest->count = (int64_t)rest->shape[0] * rest->shape[1] * area;
    rest->value = NEW_ARRAY(g->mem, float, rest->count);
    rest->quantised = whole->quantised ? NEW_ARRAY(g->mem, int8_t, rest->count) : NULL;
    rest->channel = NEW_ARRAY(g->mem, int, rest->shape[1]);
    rest->hwc = false;
    for (int i = 0, next = 0; i < ins; i++)
        if (next < p->nchannel && p->channel[next] == i)
            next++;
        else
            rest->channel[rest->nchannel++] = i;
    int64_t k = 0;
    for (int o = 0; o < rest->shape[0]; o++)
        for (int i = 0; i < rest->shape[1]; i++)
            for (int a = 0; a < area; a++, k++) {
                int64_t in = rest->channel[i];
                int64_t from = whole->hwc ? ((int64_t)o * area + a) * ins + in : ((int64_t)o * ins + in) * area + a;
                rest->value[k] = whole->value[from];
                if (rest->quantised)
                    rest->quantised[k] = whole->quantised[from];
            }
    return rest;
}
