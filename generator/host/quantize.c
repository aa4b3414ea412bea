/* SPDX-License-Identifier: MIT */
/* quantize: a network of floats -> the int8 weights and scales of the same network in integers.
 *
 * The file has the form of MCUNet's models: for each convolution or dense layer
 *
 *     weight        int8   as in the file of floats     real = weight * weight_scale[o]
 *     weight_scale  F32    o
 *     bias          int32  o                            real = bias * weight_scale[o] * input_scale
 *     input_scale, output_scale F64, input_zero_point, output_zero_point I32
 *
 * and output_scale, output_zero_point for each sum of two int8 maps, and of "layer.hswish" or "layer.sigmoid" for what an
 * activation makes of one.  Norms are folded; what else the network
 * reads from its file is there as floats. */
#include "host/grids.h"
#include "host/host.h"
#include "ops/ops.h"

#include <errno.h>
#include <math.h>
#include <string.h>
#include <sys/stat.h>

struct quantisation {
    struct arena *mem;
    struct diag *d;
    const struct host_options *options;
    const struct quantize_options *how;
    struct product *floats;
    struct worker *worker; /* of the floats */
    struct grids *grids;
    struct samples *samples;
    struct tensor *tensor; /* of the new file */
    int count, capacity;
    int layers;
    int64_t weights;
};

/* ---- tensors ---- */

static void put(struct quantisation *q, const char *layer, const char *role, enum tensor_type type, const void *data,
                struct tensor shape)
{
    shape.name = arena_format(q->mem, "%s%s.%s", q->floats->spec->prefix, layer, role);
    shape.type = type;
    shape.data = data;
    GROW(q->mem, q->tensor, q->count, q->capacity);
    q->tensor[q->count++] = shape;
}

static struct tensor vector(int64_t n)
{
    return (struct tensor){.rank = 1, .shape = {n}, .count = n};
}

/* The shape that a parameter has in the file of floats. */
static struct tensor shape_of(const struct quantisation *q, const struct param *p)
{
    const char *dot = strrchr(p->name, '.');
    const struct tensor *t =
        layer_tensor(q->floats->graph, arena_format(q->mem, "%.*s", (int)(dot - p->name), p->name), dot + 1);
    if (t && t->count == p->count) /* else this is a part of it */
        return *t;
    struct tensor shape = {.rank = 4, .count = p->count};
    for (int i = 0; i < 4; i++)
        shape.shape[i] = p->shape[i];
    return p->groups == 0 ? vector(p->count) : shape;
}

static void put_grid(struct quantisation *q, const char *layer, const char *side, const struct grid *grid)
{
    double *scale = NEW(q->mem, double);
    int32_t *zero = NEW(q->mem, int32_t);
    *scale = grid->scale;
    *zero = grid->zero;
    put(q, layer, arena_format(q->mem, "%s_scale", side), TENSOR_F64, scale, vector(1));
    put(q, layer, arena_format(q->mem, "%s_zero_point", side), TENSOR_I32, zero, vector(1));
}

/* ---- a layer ---- */

/* The scale of a channel's weights.  Its sums count in units of scale * that of x, in int32.  So a unit is never so
 * small that the bias, or one anywhere in the range of y that the channel may learn, had more than 2^28 of
 * them.  Then the sums have room beside it, and rounding the factor between sum and result to a multiple of
 * 2^-32 costs less than 1/16 of a step. */
static float channel_scale(const float *w, int64_t count, double bias, const struct grid *x, const struct grid *y)
{
    double most = 0, reach = fmax(fabs(bias), 255 * y->scale);
    for (int64_t i = 0; i < count; i++)
        most = fmax(most, fabs((double)w[i]));
    return (float)fmax(most / 127, reach / (ldexp(1, 28) * x->scale));
}

static void put_layer(struct quantisation *q, const struct node *n)
{
    const struct param *w = n->in[1]->param, *b = n->in[3] ? n->in[3]->param : NULL;
    const struct grid *x = grid_read(q->grids, n), *y = q->grids->result[n->out[0]->id];
    int outs = w->shape[0];
    int64_t each = w->count / outs;
    int8_t *weight = NEW_ARRAY(q->mem, int8_t, w->count);
    float *scale = NEW_ARRAY(q->mem, float, outs);
    int32_t *bias = NEW_ARRAY(q->mem, int32_t, outs);
    for (int o = 0; o < outs; o++) {
        const float *row = w->value + o * each;
        double value = b ? (double)b->value[o] : 0;
        scale[o] = channel_scale(row, each, value, x, y);
        for (int64_t i = 0; i < each; i++)
            weight[o * each + i] = (int8_t)nearbyint((double)row[i] / (double)scale[o]);
        bias[o] = (int32_t)nearbyint(value / ((double)scale[o] * x->scale));
    }
    put(q, n->name, "weight", TENSOR_I8, weight, shape_of(q, w));
    put(q, n->name, "weight_scale", TENSOR_F32, scale, vector(outs));
    if (b)
        put(q, n->name, "bias", TENSOR_I32, bias, vector(outs));
    put_grid(q, n->name, "input", x);
    put_grid(q, n->name, "output", y);
    q->layers++;
    q->weights += w->count;
}

static void put_layers(struct quantisation *q)
{
    const struct graph *g = q->floats->graph;
    for (int i = 0; i < g->nnode; i++) {
        const struct node *n = g->node[i];
        const struct grid *y = q->grids->result[n->out[0]->id];
        if (becomes_integer(n))
            put_layer(q, n);
        else if (y && y->own == n) /* its layer, or of an activation "layer.hswish" */
            put_grid(q, n->out[0]->name, "output", y);
    }
}

/* ---- what stays of floats ---- */

static float *filled(struct quantisation *q, int count, float value)
{
    float *v = NEW_ARRAY(q->mem, float, count);
    for (int i = 0; i < count; i++)
        v[i] = value;
    return v;
}

static const struct node *convolution_of(const struct graph *g, const struct layer *l)
{
    for (int i = 0; i < g->nnode; i++)
        if (is_convolution(g->node[i]) && !strcmp(g->node[i]->name, l->name))
            return g->node[i];
    return NULL;
}

/* A batch norm that was folded does nothing any more, except that it holds the bias of a convolution without one. */
static void put_norm(struct quantisation *q, const struct layer *l)
{
    const struct layer *before = &q->floats->spec->layer[l->from[0]];
    const struct node *n = convolution_of(q->floats->graph, before);
    int c = l->out.c;
    if (!n || !becomes_integer(n)) {
        for (int i = 0; i < NORM_ROLES; i++) {
            const struct tensor *t = layer_tensor(q->floats->graph, l->name, norm_roles[i]);
            if (t)
                put(q, l->name, norm_roles[i], t->type, t->data, *t);
        }
        return;
    }
    float *bias = layer_int(before, "bias") ? filled(q, c, 0) : n->in[3]->param->value;
    put(q, l->name, norm_roles[NORM_WEIGHT], TENSOR_F32, filled(q, c, 1), vector(c));
    put(q, l->name, norm_roles[NORM_BIAS], TENSOR_F32, bias, vector(c));
    put(q, l->name, norm_roles[NORM_MEAN], TENSOR_F32, filled(q, c, 0), vector(c));
    put(q, l->name, norm_roles[NORM_VAR], TENSOR_F32, filled(q, c, (float)(1 - layer_number(l, "eps"))), vector(c));
}

static bool is_put(const struct quantisation *q, const struct param *p)
{
    const char *name = arena_format(q->mem, "%s%s", q->floats->spec->prefix, p->name);
    for (int i = 0; i < q->count; i++)
        if (!strcmp(q->tensor[i].name, name))
            return true;
    return false;
}

static int put_rest(struct quantisation *q)
{
    const struct spec *s = q->floats->spec;
    const struct graph *g = q->floats->graph;
    int rest = 0;
    for (int i = 0; i < s->nlayer; i++)
        if (s->layer[i].make && !strcmp(s->layer[i].make->name, "batch_norm"))
            put_norm(q, &s->layer[i]);
    for (int i = 0; i < g->nparam; i++) {
        const struct param *p = g->param[i];
        if (strcmp(p->origin, "file") || is_put(q, p))
            continue;
        const char *dot = strrchr(p->name, '.');
        put(q, arena_format(q->mem, "%.*s", (int)(dot - p->name), p->name), dot + 1, TENSOR_F32, p->value,
            shape_of(q, p));
        rest++;
    }
    return rest;
}

/* ---- the file ---- */

/* Large elements first: then every tensor is aligned. */
static bool write_file(struct quantisation *q)
{
    static const enum tensor_type order[] = {TENSOR_F64, TENSOR_F32, TENSOR_I32, TENSOR_F16, TENSOR_BF16, TENSOR_I8};
    struct tensor *sorted = NEW_ARRAY(q->mem, struct tensor, q->count);
    int count = 0;
    for (size_t k = 0; k < sizeof order / sizeof *order; k++)
        for (int i = 0; i < q->count; i++)
            if (q->tensor[i].type == order[k])
                sorted[count++] = q->tensor[i];
    struct writing w = {.d = q->d};
    const char *path = q->how->output;
    FILE *out = write_allowed(q->d, q->how->force, path, safetensors_is_ours) ? write_also(&w, path) : NULL;
    if (!out)
        return false;
    safetensors_put(q->mem, out, sorted, count);
    return write_end(&w);
}

static bool same_file(const char *a, const char *b)
{
    struct stat x, y;
    return !stat(a, &x) && !stat(b, &y) && x.st_dev == y.st_dev && x.st_ino == y.st_ino;
}

/* ---- how good it is ---- */

static int best_of(const float *scores, int count)
{
    int best = 0;
    for (int i = 1; i < count; i++)
        if (scores[i] > scores[best])
            best = i;
    return best;
}

/* Both networks on the samples: how often they agree, and the power of the scores against that of their difference. */
static void compare(struct quantisation *q, const struct product *p, struct worker *l, int rest, FILE *out)
{
    const struct graph *g = p->graph;
    int classes = g->scores->h * g->scores->w * g->scores->c, same = 0;
    float *a = NEW_ARRAY(q->mem, float, classes), *b = NEW_ARRAY(q->mem, float, classes);
    void *image = arena_alloc(q->mem, (size_t)val_bytes(g->input) + 16);
    double power = 0, noise = 0;
    worker_init(l);
    for (int n = 0; n < q->samples->count; n++) {
        sample_put(&p->spec->input, q->samples, n, image);
        worker_predict(q->worker, image, a);
        worker_predict(l, image, b);
        same += best_of(a, classes) == best_of(b, classes);
        for (int i = 0; i < classes; i++) {
            power += (double)a[i] * (double)a[i];
            noise += ((double)a[i] - (double)b[i]) * ((double)a[i] - (double)b[i]);
        }
    }
    double agree = (double)same / q->samples->count,
           decibels = power > 0 ? 10 * log10(power / fmax(noise, 1e-30 * power)) : 0;
    if (!report_is(&q->options->report, "json"))
        fprintf(out,
                "layers %d\nweights %lld\nfloat_tensors %d\nsamples %d\nsame_class %.4f\nsignal_to_noise_db %.1f\n",
                q->layers, (long long)q->weights, rest, q->samples->count, agree, decibels);
    else
        fprintf(out,
                "{\n\t\"layers\": %d,\n\t\"weights\": %lld,\n\t\"float_tensors\": %d,\n\t\"samples\": %d,\n"
                "\t\"same_class\": %.4f,\n\t\"signal_to_noise_db\": %.1f\n}\n",
                q->layers, (long long)q->weights, rest, q->samples->count, agree, decibels);
}

/* ---- the command ---- */

static bool can_quantize(struct quantisation *q)
{
    const struct spec *s = q->floats->spec;
    if (!s->weights)
        diag_error(q->d, (struct loc){s->path, 0}, NULL,
                   "name a file of weights in the spec: weights \"file.safetensors\"",
                   "there is nothing to quantize: all values are random");
    else if (same_file(s->weights, q->how->output))
        diag_error(q->d, (struct loc){q->how->output, 0}, NULL, "give the new weights a name of their own with -o",
                   "these are the weights that the spec reads");
    else
        return true;
    return false;
}

static int quantize(struct quantisation *q)
{
    const struct input *in = &q->floats->spec->input;
    int code = EXIT_DONE;
    q->grids = grids_assign(q->mem, q->floats->graph);
    const struct data_request ask = {.source = q->how->data, .in = in, .hop = q->options->hop};
    q->samples = samples_read(q->mem, q->d, &ask, q->how->images);
    if (!q->samples || !input_takes(q->d, q->floats->spec, q->samples, q->how->data))
        return EXIT_BAD_INPUT;
    if (!(q->worker = worker_of(q->mem, q->d, q->floats, (struct compiling){.cc = q->options->cc})))
        return EXIT_IO;
    worker_init(q->worker);
    if (!grids_fit(q->grids, q->d, q->floats, q->worker, q->samples))
        return EXIT_BAD_INPUT;
    put_layers(q);
    if (!q->layers) {
        diag_error(q->d, (struct loc){q->floats->spec->path, 0}, NULL, NULL,
                   "there is nothing to quantize: no convolution or dense layer has its weights from the file");
        return EXIT_BAD_INPUT;
    }
    int rest = put_rest(q);
    if (!write_file(q))
        return EXIT_IO;
    if (q->options->report.quiet && !q->options->report.file)
        return EXIT_DONE;
    struct output *o = report_open(q->d, &q->options->report);
    if (!o)
        return EXIT_IO;
    struct variant int8 = {.floats = true, .frozen = true, .any_size = true, .on_host = true, .int8 = q->how->output};
    struct product *p = generate(q->mem, q->d, &q->options->request, &int8, &code);
    struct worker *l = p ? worker_of(q->mem, q->d, p, (struct compiling){.cc = q->options->cc}) : NULL;
    if (!l)
        return p ? EXIT_IO : code;
    compare(q, p, l, rest, output_stream(o));
    worker_close(l);
    return report_close(q->d, &q->options->report, o) ? EXIT_DONE : EXIT_IO;
}

int host_quantize(struct arena *mem, struct diag *d, const struct host_options *o, const struct quantize_options *how)
{
    struct quantisation q = {.mem = mem, .d = d, .options = o, .how = how};
    struct variant floats = {.floats = true, .frozen = true, .any_size = true, .on_host = true, .keep_layers = true};
    int code = EXIT_DONE;
    if (!how->data || !how->output) {
        fprintf(stderr, "tinytl-gen: quantize needs --data DATA and -o FILE\n");
        return EXIT_USAGE;
    }
    q.floats = generate(mem, d, &o->request, &floats, &code);
    if (!q.floats)
        return code;
    if (!can_quantize(&q))
        return EXIT_BAD_INPUT;
    code = quantize(&q);
    if (q.worker)
        worker_close(q.worker);
    return code;
}
