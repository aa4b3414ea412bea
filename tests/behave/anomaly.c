/* SPDX-License-Identifier: MIT */
/* An autoencoder of dense layers in float64 beside what train makes of the emitted code: the same samples in the same
 * order, the same first values, plain loops, SGD.  Prints the area under the curve; nothing but the spec, its first values and the
 * samples is shared with the generator.
 *
 *     anomaly SPEC TRAIN TEST EPOCHS RATE */
#include "data/data.h"
#include "products.h"

#include <stdlib.h>
#include <string.h>

enum { MOST_LAYERS = 16, SEED = 1 };

struct layer64 {
    int in, out;
    bool relu, weight_learns, bias_learns;
    double *weight, *bias; /* out x in */
    double *y, *dy;
};

struct net64 {
    struct layer64 layer[MOST_LAYERS];
    int layers;
    double *x, *target; /* as the first layer reads it: c h w; as the output stands: h w c */
};

static double *values_of(struct arena *mem, const struct graph *g, const char *layer, const char *role)
{
    const char *name = arena_format(mem, "%s.%s", layer, role);
    for (int i = 0; i < g->nparam; i++) {
        const struct param *p = g->param[i];
        double *out = NEW_ARRAY(mem, double, p->count);
        for (int64_t k = 0; k < p->count; k++)
            out[k] = (double)p->value[k];
        if (!strcmp(p->name, name))
            return out;
    }
    fprintf(stderr, "anomaly: no values of %s\n", name);
    exit(1);
}

static bool learns(struct arena *mem, const struct graph *g, const char *layer, const char *role)
{
    const char *name = arena_format(mem, "%s.%s", layer, role);
    for (int i = 0; i < g->nval; i++)
        if (g->val[i]->role == ROLE_TRAINED && !strcmp(g->val[i]->param->name, name))
            return true;
    return false;
}

static struct net64 net_of(struct arena *mem, const struct product *p)
{
    struct net64 n = {0};
    const struct spec *s = p->spec;
    for (int i = 1; i < s->nlayer; i++) {
        const struct layer *l = &s->layer[i];
        struct layer64 *d = &n.layer[n.layers++];
        d->relu = l->act && !strcmp(l->act->make->name, "relu");
        d->in = l->in[0].h * l->in[0].w * l->in[0].c;
        d->out = l->out.c;
        d->weight = values_of(mem, p->graph, l->name, "weight");
        d->bias = values_of(mem, p->graph, l->name, "bias");
        d->weight_learns = learns(mem, p->graph, l->name, "weight");
        d->bias_learns = learns(mem, p->graph, l->name, "bias");
        d->y = NEW_ARRAY(mem, double, d->out);
        d->dy = NEW_ARRAY(mem, double, d->out);
    }
    n.x = NEW_ARRAY(mem, double, n.layer[0].in);
    n.target = NEW_ARRAY(mem, double, n.layer[0].in);
    return n;
}

/* ---- a sample ---- */

/* What the integers of the input stand for. */
static void show(struct net64 *n, const struct input *in, const struct dataset *data, int sample, void *image)
{
    int h = in->shape.h, w = in->shape.w, c = in->shape.c;
    sample_put(in, &data->x, sample, image);
    for (int y = 0; y < h; y++)
        for (int x = 0; x < w; x++)
            for (int k = 0; k < c; k++) {
                int at = (y * w + x) * c + k;
                double real = in->type == INPUT_FLOAT32 ? (double)((float *)image)[at]
                              : in->type == INPUT_INT8  ? (((int8_t *)image)[at] - in->zero_point) * in->scale
                                                        : (((uint8_t *)image)[at] - in->zero_point) * in->scale;
                n->target[at] = real;
                n->x[(k * h + y) * w + x] = real;
            }
}

static double error_of(struct net64 *n)
{
    const double *x = n->x;
    double sum = 0;
    for (int i = 0; i < n->layers; i++) {
        struct layer64 *l = &n->layer[i];
        for (int o = 0; o < l->out; o++) {
            double v = l->bias[o];
            for (int k = 0; k < l->in; k++)
                v += l->weight[o * l->in + k] * x[k];
            l->y[o] = l->relu && v <= 0 ? 0 : v;
        }
        x = l->y;
    }
    const struct layer64 *last = &n->layer[n->layers - 1];
    for (int o = 0; o < last->out; o++)
        sum += (last->y[o] - n->target[o]) * (last->y[o] - n->target[o]);
    return sum / last->out;
}

/* Behind error_of: one step downhill. */
static void step(struct net64 *n, double rate)
{
    struct layer64 *last = &n->layer[n->layers - 1];
    for (int o = 0; o < last->out; o++)
        last->dy[o] = 2 * (last->y[o] - n->target[o]) / last->out;
    for (int i = n->layers - 1; i >= 0; i--) {
        struct layer64 *l = &n->layer[i], *before = i ? l - 1 : NULL;
        const double *x = before ? before->y : n->x;
        for (int k = 0; before && k < l->in; k++) {
            double sum = 0;
            for (int o = 0; o < l->out; o++)
                sum += l->weight[o * l->in + k] * l->dy[o];
            before->dy[k] = before->relu && before->y[k] <= 0 ? 0 : sum;
        }
        for (int o = 0; o < l->out; o++) {
            for (int k = 0; l->weight_learns && k < l->in; k++)
                l->weight[o * l->in + k] -= rate * l->dy[o] * x[k];
            l->bias[o] -= l->bias_learns ? rate * l->dy[o] : 0;
        }
    }
}

/* ---- the order, and the area ---- */

static void mix(int *order, int count, uint64_t *state)
{
    for (int i = count - 1; i > 0; i--) {
        *state = *state * 6364136223846793005u + 1442695040888963407u;
        int k = (int)((*state >> 33) % (uint64_t)(i + 1)), t = order[i];
        order[i] = order[k];
        order[k] = t;
    }
}

/* Every pair of a normal sample and another. */
static double area(const double *error, const struct dataset *data)
{
    double sum = 0, pairs = 0;
    for (int i = 0; i < data->x.count; i++)
        for (int k = 0; k < data->x.count; k++)
            if (data->labels[i] == data->normal && data->labels[k] != data->normal) {
                sum += error[k] > error[i] ? 1 : error[k] < error[i] ? 0 : 0.5;
                pairs++;
            }
    return sum / pairs;
}

static struct dataset *read_part(struct arena *mem, struct diag *d, const struct product *p, const char *source,
                                 bool learnt)
{
    const struct val *out = p->graph->scores;
    const struct data_request ask = {.source = source,
                                     .in = &p->spec->input,
                                     .task = DECODED_ANOMALY,
                                     .outputs = {out->h, out->w, out->c},
                                     .learnt = learnt};
    struct dataset *data = dataset_read(mem, d, &ask);
    if (!data)
        exit(1);
    return data;
}

int main(int argc, char **argv)
{
    if (argc != 6) {
        fprintf(stderr, "usage: anomaly SPEC TRAIN TEST EPOCHS RATE\n");
        return 2;
    }
    struct arena *mem = arena_new();
    struct diag d = {.mem = mem, .out = stderr};
    const char *none[] = {NULL};
    struct product *p = run_pipeline(mem, &d, argv[1], none, &(struct variant){.on_host = true, .any_size = true});
    if (!p)
        return 1;
    struct dataset *train = read_part(mem, &d, p, argv[2], true), *test = read_part(mem, &d, p, argv[3], false);
    struct net64 n = net_of(mem, p);
    void *image = arena_alloc(mem, (size_t)n.layer[0].in * sizeof(float));
    int *order = NEW_ARRAY(mem, int, train->x.count);
    double *error = NEW_ARRAY(mem, double, test->x.count), rate = strtod(argv[5], NULL);
    uint64_t state = SEED;
    for (int i = 0; i < train->x.count; i++)
        order[i] = i;
    for (long e = 0; e < strtol(argv[4], NULL, 10); e++) {
        mix(order, train->x.count, &state);
        for (int i = 0; i < train->x.count; i++) {
            show(&n, &p->spec->input, train, order[i], image);
            error_of(&n);
            step(&n, rate);
        }
    }
    for (int i = 0; i < test->x.count; i++) {
        show(&n, &p->spec->input, test, i, image);
        error[i] = error_of(&n);
    }
    printf("%.6f\n", area(error, test));
    arena_free(mem);
    return 0;
}
