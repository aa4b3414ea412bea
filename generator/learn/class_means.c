/* SPDX-License-Identifier: MIT */
/* --nearest-mean: what features are worth before anything learns.  Of each sample what the last layer reads is compared with
 * the mean of each class, taken without the sample itself; the share that is nearest to its own is the figure.  It costs a
 * forward pass of each sample, and ranks sub-networks of a super-network as well as training two epochs of each does. */
#include "learn/trial.h"

#include <cjson/cJSON.h>
#include <math.h>
#include <string.h>

/* What the last layer with weights reads; NULL: there is none. */
static const struct val *read_last(const struct graph *g)
{
    const struct val *v = g->scores;
    for (int i = g->nnode - 1; i >= 0; i--) {
        const struct node *n = g->node[i];
        if (n->nout < 1 || n->out[0] != v || !n->in[0])
            continue;
        v = n->in[0];
        for (int k = 1; k < n->nin; k++)
            if (n->in[k] && n->in[k]->param)
                return v;
    }
    return NULL;
}

/* The features of all samples, one behind the other; NULL after a message. */
static float *features(struct trial *t, const struct product *p, const struct val *v, int size)
{
    struct worker *w = worker_of(t->mem, t->d, p, (struct compiling){.cc = t->options->cc, .level = t->how->level});
    if (!w)
        return NULL;
    float *all = NEW_ARRAY(t->mem, float, (int64_t)t->data->x.count *size),
          *scores = NEW_ARRAY(t->mem, float, w->sizes.classes + 1);
    void *image = arena_alloc(t->mem, w->sizes.input + 16);
    for (int n = 0; n < t->data->x.count; n++) {
        sample_put(&p->spec->input, &t->data->x, n, image);
        if (worker_predict(w, image, scores) == WORKER_ENDED) {
            worker_close(w);
            return NULL;
        }
        memcpy(all + (int64_t)n * size, worker_left(w, p, v, image), sizeof *all * (size_t)size);
    }
    worker_close(w);
    return all;
}

/* Every feature counts in its own standard deviation. */
static void scale(float *all, int count, int size)
{
    for (int k = 0; k < size; k++) {
        double sum = 0, squares = 0;
        for (int n = 0; n < count; n++)
            sum += (double)all[(int64_t)n * size + k] / count;
        for (int n = 0; n < count; n++)
            squares += pow((double)all[(int64_t)n * size + k] - sum, 2) / count;
        for (int n = 0; n < count; n++)
            all[(int64_t)n * size + k] /= (float)(sqrt(squares) + 1e-3);
    }
}

/* The squared distance of a sample from a class's sum of so many; own: it is one of them, and is left out. */
static double distance(const float *x, const double *sum, int many, int size, bool own)
{
    double squares = 0;
    if (many <= own)
        return INFINITY;
    for (int k = 0; k < size; k++)
        squares += pow((double)x[k] - (sum[k] - (own ? (double)x[k] : 0)) / (many - own), 2);
    return squares;
}

static double share_nearest(struct trial *t, const float *all, int size)
{
    const struct dataset *data = t->data;
    double *sum = NEW_ARRAY(t->mem, double, (int64_t)data->classes *size);
    int right = 0;
    for (int n = 0; n < data->x.count; n++)
        for (int k = 0; k < size; k++)
            sum[(int64_t)data->labels[n] * size + k] += (double)all[(int64_t)n * size + k];
    for (int n = 0; n < data->x.count; n++) {
        int best = -1;
        double least = INFINITY;
        for (int c = 0; c < data->classes; c++) {
            double away = distance(all + (int64_t)n * size, sum + (int64_t)c * size, data->of_class[c], size,
                                   c == data->labels[n]);
            if (away < least) {
                best = c;
                least = away;
            }
        }
        right += best == data->labels[n];
    }
    return (double)right / data->x.count;
}

static int report(struct trial *t, double share)
{
    const struct reporting *report = &t->options->report;
    struct output *file = report_open(t->d, report);
    if (!file)
        return EXIT_IO;
    if (report_is(report, "json"))
        fprintf(output_stream(file), "{\"nearest_mean\":{\"mean\":%.9g}}\n", share);
    else
        fprintf(output_stream(file), "nearest_mean %.4f\n", share);
    return report_close(t->d, report, file) ? EXIT_DONE : EXIT_IO;
}

int nearest_mean(struct trial *t)
{
    struct variant floats = {.floats = true, .frozen = true, .any_size = true, .on_host = true, .keep_layers = true};
    struct loc at = {t->product->spec->path, 0};
    int code;
    struct product *p = generate(t->mem, t->d, &t->options->request, &floats, &code);
    const struct val *v = p ? read_last(p->graph) : NULL;
    if (!p)
        return code;
    if (!v || t->data->task != DECODED_CLASSES) {
        diag_error(t->d, at, NULL, NULL, v ? "--nearest-mean needs classes" : "--nearest-mean: no layer has weights");
        return EXIT_BAD_INPUT;
    }
    int size = v->h * v->w * v->c;
    float *all = features(t, p, v, size);
    if (!all)
        return EXIT_IO;
    scale(all, t->data->x.count, size);
    return report(t, share_nearest(t, all, size));
}
