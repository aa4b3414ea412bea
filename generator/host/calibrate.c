/* SPDX-License-Identifier: MIT */
/* calibrate: samples -> the mean and variance that each batch norm of a network meets, in a file that a spec names with
 * norms "FILE".
 *
 * A sub-network computes with parts of another network's weights, and what its norms meet is not what those of the whole met
 * (Cai et al., Once-for-All, 2020, section 4; they recompute them, too).  A norm is folded into the convolution before it, so
 * what is seen is its result z = f * (u - mean) + bias with f = weight / sqrt(var + eps), of which
 *
 *     mean of u = mean + (mean of z - bias) / f        variance of u = variance of z / f^2
 *
 * What a norm meets depends on those before it: they are found one after the other, in the order of the spec, each with all
 * before it as they were found.  The program is compiled once; its weights are a file. */
#include "host/host.h"
#include "host/worker.h"
#include "data/data.h"

#include <math.h>
#include <string.h>

struct calibrating {
    struct arena *mem; /* of the command, */
    struct arena *now; /* of one network: given back before the next */
    struct diag *d;
    const struct host_options *options;
    const struct calibrate_options *how;
    struct compiling compiling;
    struct samples *samples;
    struct tensor_file found; /* mean and variance of each norm so far; sorted by name */
};

static struct product *network(struct calibrating *c, int *code)
{
    struct variant v = {
        .floats = true, .frozen = true, .any_size = true, .on_host = true, .keep_layers = true, .norms = &c->found};
    return generate(c->now, c->d, &c->options->request, &v, code);
}

/* The result of a norm before its activation, which stays readable (forward.c). */
static const struct val *result_of(const struct product *p, const struct layer *norm)
{
    const struct val *y = p->graph->layer[norm - p->spec->layer];
    return norm->act ? y->def->in[0] : y;
}

static bool sum_up(struct calibrating *c, const struct product *p, const struct batch_norm *norm, double *sum,
                   double *squares)
{
    const struct val *z = result_of(p, norm->layer);
    const int64_t count = (int64_t)z->h * z->w * z->c;
    void *image = arena_alloc(c->now, (size_t)val_bytes(p->graph->input) + 16);
    float *scores = NEW_ARRAY(c->now, float, val_bytes(p->graph->scores) / (int64_t)sizeof(float));
    struct executable *e = executable_new(c->now, c->d, p, c->compiling);
    struct worker *w = e ? worker_start(c->now, c->d, e, p) : NULL;
    bool finite = true;
    if (!w)
        return false;
    worker_init(w);
    for (int n = 0; n < c->samples->count && finite; n++) {
        sample_put(&p->spec->input, c->samples, n, image);
        if (worker_predict(w, image, scores) == WORKER_ENDED)
            return false;
        const float *x = worker_left(w, p, z, image);
        for (int64_t i = 0; i < count; i++) {
            sum[i % z->c] += (double)x[i];
            squares[i % z->c] += (double)x[i] * (double)x[i];
            finite = finite && isfinite(x[i]);
        }
        if (!finite)
            diag_error(c->d, norm->layer->loc, norm->layer->name, NULL,
                       "sample %d: '%s' has values that are not finite", n, norm->layer->name);
    }
    worker_close(w);
    for (int o = 0; o < z->c; o++) {
        sum[o] /= (double)c->samples->count * z->h * z->w;
        squares[o] /= (double)c->samples->count * z->h * z->w;
    }
    return finite;
}

static void put(struct calibrating *c, const struct spec *s, const struct batch_norm *norm, enum norm_role role,
                const float *value)
{
    c->found.tensor[c->found.count++] =
        (struct tensor){.name = arena_format(c->mem, "%s%s.%s", s->prefix, norm->layer->name, norm_roles[role]),
                        .type = TENSOR_F32,
                        .rank = 1,
                        .shape = {norm->channels},
                        .count = norm->channels,
                        .data = (const unsigned char *)value};
    tensors_sort(c->found.tensor, c->found.count);
}

/* Norm k, with those before it as they were found. */
static bool find(struct calibrating *c, int k, int *code)
{
    const struct product *p = network(c, code);
    if (!p)
        return false;
    const struct batch_norm *norm = &p->graph->norm[k];
    double *sum = NEW_ARRAY(c->now, double, norm->channels), *squares = NEW_ARRAY(c->now, double, norm->channels);
    float *mean = NEW_ARRAY(c->mem, float, norm->channels), *var = NEW_ARRAY(c->mem, float, norm->channels);
    *code = EXIT_BAD_INPUT;
    if (!sum_up(c, p, norm, sum, squares))
        return false;
    for (int o = 0; o < norm->channels; o++) {
        double old = (double)norm->value[NORM_MEAN][o], spread = (double)norm->value[NORM_VAR][o];
        double f = (double)norm->value[NORM_WEIGHT][o] / sqrt(spread + layer_number(norm->layer, "eps"));
        bool seen = f != 0; /* of a channel that the norm does away with nothing is */
        mean[o] = (float)(seen ? old + (sum[o] - (double)norm->value[NORM_BIAS][o]) / f : old);
        var[o] = (float)(seen ? fmax(squares[o] - sum[o] * sum[o], 0) / (f * f) : spread);
    }
    put(c, p->spec, norm, NORM_MEAN, mean);
    put(c, p->spec, norm, NORM_VAR, var);
    return true;
}

/* All of them.  An exit code. */
static int find_all(struct calibrating *c, int norms)
{
    int code = EXIT_DONE;
    for (int k = 0; k < norms; k++) {
        c->now = arena_new();
        bool done = find(c, k, &code);
        arena_free(c->now);
        if (!done)
            return code;
    }
    return EXIT_DONE;
}

static bool write_file(const struct calibrating *c)
{
    struct writing w = {.d = c->d};
    const char *path = c->how->output;
    FILE *out = write_allowed(c->d, c->how->force, path, safetensors_is_ours) ? write_also(&w, path) : NULL;
    if (!out)
        return false;
    safetensors_put(c->mem, out, c->found.tensor, c->found.count);
    return write_end(&w);
}

static int say(const struct calibrating *c, int norms)
{
    const struct reporting *report = &c->options->report;
    struct output *o = report->quiet && !report->file ? NULL : report_open(c->d, report);
    if (!o)
        return report->quiet && !report->file ? EXIT_DONE : EXIT_IO;
    fprintf(output_stream(o),
            report_is(report, "json") ? "{\n\t\"batch_norms\": %d,\n\t\"samples\": %d\n}\n"
                                      : "batch_norms %d\nsamples %d\n",
            norms, c->samples->count);
    return report_close(c->d, report, o) ? EXIT_DONE : EXIT_IO;
}

/* Of a network that has batch norms, with values from a file. */
static int calibrate(struct calibrating *c, const struct product *p)
{
    const struct data_request ask = {.source = c->how->data, .in = &p->spec->input, .hop = c->options->hop};
    const int norms = p->graph->nnorm;
    char *folder;
    c->samples = samples_read(c->mem, c->d, &ask, c->how->images);
    if (!c->samples || !input_takes(c->d, p->spec, c->samples, c->how->data))
        return EXIT_BAD_INPUT;
    if (!(folder = temporary_folder(c->mem, c->d)))
        return EXIT_IO;
    c->compiling = (struct compiling){.cc = c->options->cc, .level = c->how->level, .folder = folder};
    c->found.tensor = NEW_ARRAY(c->mem, struct tensor, norms * 2);
    int code = find_all(c, norms);
    folder_remove(c->mem, folder);
    if (code != EXIT_DONE)
        return code;
    return write_file(c) ? say(c, norms) : EXIT_IO;
}

int host_calibrate(struct arena *mem, struct diag *d, const struct host_options *o, const struct calibrate_options *how)
{
    struct calibrating c = {.mem = mem, .now = mem, .d = d, .options = o, .how = how, .found = {.path = how->output}};
    int code = EXIT_DONE;
    if (!how->data || !how->output) {
        fprintf(stderr, "tinytl-gen: calibrate needs --data DATA and -o FILE\n");
        return EXIT_USAGE;
    }
    const struct product *p = network(&c, &code);
    if (!p)
        return code;
    struct loc at = {p->spec->path, 0};
    if (!p->spec->weights)
        diag_error(d, at, NULL, "name a file of weights in the spec: weights \"file.safetensors\"",
                   "there is nothing to calibrate: all values are random");
    else if (!p->graph->nnorm)
        diag_error(d, at, NULL, NULL, "there is nothing to calibrate: the network has no batch norm");
    else
        return calibrate(&c, p);
    return EXIT_BAD_INPUT;
}
