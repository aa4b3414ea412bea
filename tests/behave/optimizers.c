/* SPDX-License-Identifier: MIT */
/* Several steps of every optimiser as emitted, against the formulas on float64 gradients by central
 * differences: SGD, momentum and weight decay as PyTorch defines them, Adam (Kingma and Ba, 2015), the
 * gradient of each tensor bounded in its norm before.
 *
 *     optimizers [title]                                                                             */
#include "beside.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#define NET "input { h = 3, w = 3, c = 2 } conv { out = 4, k = 3, act = 'sigmoid' } dense { 'fc', out = 3 }"
/* More than 16 KiB of gradient: it comes in parts, and each is applied as it is made. */
#define LARGE "input { c = 45 } dense { 'l', out = 100, act = 'sigmoid' } dense { 'fc', out = 3 }"

static const struct row {
    const char *title, *spec;
} rows[] = {
    {"sgd", NET "train { update = '*', optimizer = sgd { rate = 0.3 } }"},
    {"sgd with decay", NET "train { update = '*', optimizer = sgd { rate = 0.3, weight_decay = 0.2 } }"},
    {"momentum", NET "train { update = '*', optimizer = sgd { rate = 0.2, momentum = 0.8 } }"},
    {"momentum with decay",
     NET "train { update = '*', optimizer = sgd { rate = 0.2, momentum = 0.5, weight_decay = 0.1 } }"},
    {"adam", NET "train { update = '*', optimizer = adam { rate = 0.02, eps = 1e-3 } }"},
    {"adam with decay and other betas", NET "train { update = '*', optimizer = adam { rate = 0.02, beta1 = 0.5, beta2 "
                                            "= 0.8, eps = 1e-3, weight_decay = 0.1 } }"},
    {"clip", NET "train { update = '*', optimizer = sgd { rate = 0.3 }, clip = 0.2 }"},
    {"clip that never bites", NET "train { update = '*', optimizer = sgd { rate = 0.3 }, clip = 1000 }"},
    {"clip with momentum", NET "train { update = '*', optimizer = sgd { rate = 0.3, momentum = 0.9 }, clip = 0.1 }"},
    {"batch", NET "train { update = '*', optimizer = sgd { rate = 0.3 }, batch = 3 }"},
    {"batch with adam", NET "train { update = '*', optimizer = adam { rate = 0.02, eps = 1e-3 }, batch = 2 }"},
    {"batch with clip and momentum",
     NET "train { update = '*', optimizer = sgd { rate = 0.3, momentum = 0.7 }, batch = 4, clip = 0.15 }"},
    {"some learn", NET "train { update = { '*.bias', 'fc.weight' }, optimizer = sgd { rate = 0.3, momentum = 0.9 } }"},
    {"parts", LARGE "train { update = { 'l.weight' }, optimizer = sgd { rate = 0.3, weight_decay = 0.1 } }"},
    {"parts with momentum",
     LARGE "train { update = { 'l.weight', 'fc.*' }, optimizer = sgd { rate = 0.3, momentum = 0.9 } }"},
    {"parts with adam", LARGE "train { update = { 'l.weight' }, optimizer = adam { rate = 0.02, eps = 1e-3 } }"},
    {"parts with clip", LARGE "train { update = { 'l.weight' }, optimizer = sgd { rate = 0.3 }, clip = 0.05 }"},
};

enum { STEPS = 4 };

/* What the formulas keep of a tensor between steps. */
struct state {
    double *m, *v;
};

static double clip_scale(const struct test *t, const double *g, int64_t n)
{
    double clip = t->p->spec->train.clip, sum = 0;
    for (int64_t i = 0; i < n; i++)
        sum += g[i] * g[i];
    return clip > 0 && sqrt(sum) > clip ? clip / sqrt(sum) : 1;
}

static void apply(const struct optimizer *o, double *p, double g, double *m, double *v, int step)
{
    g += o->weight_decay * *p;
    if (o->kind == OPTIMIZER_ADAM) {
        *m = o->beta1 * *m + (1 - o->beta1) * g;
        *v = o->beta2 * *v + (1 - o->beta2) * g * g;
        *p -= o->rate * (*m / (1 - pow(o->beta1, step))) / (sqrt(*v / (1 - pow(o->beta2, step))) + o->eps);
    } else {
        *m = o->momentum * *m + g;
        *p -= o->rate * *m;
    }
}

/* All gradients first: they are those of the values before the step. */
static void reference_step(struct test *t, struct state *state, int step)
{
    const struct graph *g = t->p->graph;
    double **gradient = NEW_ARRAY(t->mem, double *, g->nparam);
    for (int i = 0; i < g->nparam; i++) {
        const struct param *p = g->param[i];
        double *values = whole_values(t, p);
        gradient[i] = NEW_ARRAY(t->mem, double, p->count);
        for (int64_t k = 0; p->trained && k < p->count; k++)
            gradient[i][k] = derivative(t, &values[whole_element(p, k)]);
    }
    for (int i = 0; i < g->nparam; i++) {
        const struct param *p = g->param[i];
        double *values = whole_values(t, p), scale = clip_scale(t, gradient[i], p->count);
        for (int64_t k = 0; p->trained && k < p->count; k++)
            apply(&t->p->spec->train.optimizer, &values[whole_element(p, k)], scale * gradient[i][k], &state[i].m[k],
                  &state[i].v[k], step);
    }
}

static void compare(struct test *t, int step)
{
    const struct graph *g = t->p->graph;
    for (int i = 0; i < g->nparam; i++) {
        const struct param *p = g->param[i];
        double *values = whole_values(t, p), scale = 0.1;
        if (!p->trained)
            continue;
        float *ours = net_values(t, p->val);
        for (int64_t k = 0; k < p->count; k++)
            scale = fmax(scale, fabs(values[whole_element(p, k)]));
        for (int64_t k = 0; k < p->count; k++) {
            double wanted = values[whole_element(p, k)];
            if (!(fabs((double)ours[k] - wanted) <= 1e-5 * scale))
                test_failed(t, arena_format(t->mem, "%s[%lld] after step %d", p->name, (long long)k, step),
                            (double)ours[k], wanted);
        }
    }
}

static int run_row(const struct row *row, int number)
{
    struct test t;
    if (!test_open(&t, row->title, row->spec, number, &(struct variant){0}))
        return 1;
    int n = t.p->graph->nparam;
    struct state *state = NEW_ARRAY(t.mem, struct state, n);
    for (int i = 0; i < n; i++)
        state[i] = (struct state){NEW_ARRAY(t.mem, double, t.p->graph->param[i]->count),
                                  NEW_ARRAY(t.mem, double, t.p->graph->param[i]->count)};
    for (int step = 1; step <= STEPS && !t.failures; step++) {
        test_train(&t);
        reference_step(&t, state, step);
        compare(&t, step);
    }
    test_close(&t);
    return t.failures > 0;
}

int main(int argc, char **argv)
{
    int failures = 0, run = 0;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        if (argc < 2 || strstr(rows[i].title, argv[1])) {
            failures += run_row(&rows[i], (int)i);
            run++;
        }
    printf("%d of %d rows differ\n", failures, run);
    return failures > 0;
}
