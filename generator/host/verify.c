/* SPDX-License-Identifier: MIT */
/* verify: the emitted code, compiled here, against reference vectors.
 *
 *     act.*           every layer's result                  a variant of the same plan that writes them down
 *     act_q.* output_q  the same of an int8 network, as the integers that they are: bit for bit
 *     output, loss    scores and loss of the batch  \
 *     probabilities   softmax of the scores          >      a variant that records gradients
 *     grad.*          gradients                     /
 *     sgd1.*          values after one SGD step     \       a variant with plain SGD
 *     loss_after.sgd1 the loss with them            /
 *     adam1.* adam2.* after one and two Adam steps          a variant with Adam
 *
 * A layer or parameter is called by its name in the spec, or by an operator of the imported file that the
 * layer stands for: act.13, grad.op12.bias. */
#include "host/comparison.h"
#include "host/vectors.h"

#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* ---- the checks ---- */

/* One pass over the batch.  Returns the mean loss, NaN where a call failed. */
static double train_batch(struct check *c, const struct product *p, struct worker *l, void *image)
{
    double sum = 0;
    for (int n = 0; n < c->samples; n++) {
        float loss = NAN;
        int status = compare_train(c, p, l, n, image, &loss);
        sum += status == 0 ? (double)loss : NAN;
    }
    return sum / c->samples;
}

/* The value of a parameter (or of its recorded gradient), natural order, at `offset` in the net. */
static float *read_param(struct check *c, const struct worker *l, const struct val *v, int64_t offset)
{
    float *packed = NEW_ARRAY(c->mem, float, v->c), *natural = NEW_ARRAY(c->mem, float, v->param->count);
    memcpy(packed, l->net + offset, sizeof *packed * (size_t)v->c);
    param_unpack(v, packed, natural);
    return natural;
}

static const struct val *recorded(const struct graph *g, const struct param *p)
{
    for (int i = 0; i < g->nval; i++)
        if (g->val[i]->role == ROLE_STATE && g->val[i]->param == p && strstr(g->val[i]->name, ".gradient"))
            return g->val[i];
    return NULL;
}

/* The parameter that learns under a name: itself, or its slice. */
static const struct param *learning(const struct graph *g, const struct param *p)
{
    for (int i = 0; p->sliced && i < g->nparam; i++)
        if (g->param[i]->slice_of == p)
            return g->param[i];
    return p->trained ? p : NULL;
}

/* Compares all tensors `prefix`<parameter>.  grads_only: skip elements whose reference gradient is tiny,
 * where Adam turns rounding into a full step. */
static void check_params(struct check *c, const struct product *p, const struct worker *l, const char *prefix,
                         bool gradients, bool adam)
{
    size_t n = strlen(prefix);
    for (int i = 0; i < c->vectors->count; i++) {
        const struct tensor *t = &c->vectors->tensor[i];
        if (strncmp(t->name, prefix, n))
            continue;
        const struct param *whole = vectors_param(c->mem, p, t->name + n);
        if (!strcmp(t->name, "grad.output"))
            whole = c->samples == 1 ? vectors_last_bias(c->mem, p) : NULL;
        else if (tensor_find(c->vectors, arena_format(c->mem, "%.*s_folded.%s", (int)n - 1, prefix, t->name + n)))
            continue; /* the value of a norm's bias; what the convolution has after folding is there, too */
        const struct param *learns = whole ? learning(p->graph, whole) : NULL;
        if (!learns) {
            compare_skip(c, t->name, whole ? "does not learn in this spec" : "no such parameter in the spec");
            continue;
        }
        struct difference d = {.finite = t->count == whole->count};
        const struct val *v = gradients ? recorded(p->graph, learns) : learns->val;
        float *ours = read_param(c, l, v, net_offset(p->graph, v));
        const struct tensor *g = adam ? tensor_find(c->vectors, arena_format(c->mem, "grad.%s", t->name + n)) : NULL;
        for (int64_t k = 0; d.finite && k < learns->count; k++) {
            int64_t at = vectors_whole_index(learns, k);
            if (g && fabs(tensor_at(g, at)) <= 1e-6)
                continue;
            compare_number(&d, (double)ours[k], tensor_at(t, at));
        }
        compare_verdict(c, t->name, &d);
    }
}

static void compare_probabilities(const struct tensor *t, int sample, int classes, const float *scores, bool logarithms,
                                  struct difference *d)
{
    double largest = -INFINITY, sum = 0;
    for (int i = 0; i < classes; i++)
        largest = fmax(largest, (double)scores[i]);
    for (int i = 0; i < classes; i++)
        sum += exp((double)scores[i] - largest);
    for (int i = 0; i < classes; i++) {
        double p = (double)scores[i] - largest - log(sum);
        compare_number(d, logarithms ? p : exp(p), tensor_at(t, (int64_t)sample * classes + i));
    }
}

/* Scores, or what becomes of them behind a softmax, of every sample. */
static void check_scores(struct check *c, const struct product *p, struct worker *l, void *image, const char *name)
{
    const struct tensor *t = tensor_find(c->vectors, name);
    int classes = compare_classes(p);
    if (!t)
        return;
    struct difference d = {.finite = t->count == (int64_t)classes * c->samples};
    float *scores = NEW_ARRAY(c->mem, float, classes);
    enum output_kind kind = strcmp(name, "output") ? OUTPUT_PROBABILITIES
                            : p->spec->train.loss == LOSS_SOFTMAX_CROSS_ENTROPY && d.finite
                                ? vectors_output_kind(t, c->samples, classes)
                                : OUTPUT_SCORES;
    for (int n = 0; d.finite && n < c->samples; n++) {
        compare_input(c, p, n, image);
        worker_predict(l, image, scores);
        if (kind == OUTPUT_SCORES)
            compare_map(t, n, p->graph->scores, p->graph->scores->h, scores, &d);
        else
            compare_probabilities(t, n, classes, scores, kind == OUTPUT_LOGARITHMS, &d);
    }
    compare_verdict(c, name, &d);
}

static void check_loss(struct check *c, const char *name, double ours)
{
    const struct tensor *t = tensor_find(c->vectors, name);
    struct difference d = {.finite = true};
    if (!t)
        return;
    compare_number(&d, ours, tensor_at(t, 0));
    const struct tensor *before = tensor_find(c->vectors, "loss"); /* a step may take it close to 0 */
    d.scale = before ? fmax(d.scale, fabs(tensor_at(before, 0))) : d.scale;
    compare_verdict(c, name, &d);
}

static int check_gradients(struct check *c)
{
    struct optimizer record = {.kind = OPTIMIZER_RECORD};
    struct variant v = {.optimizer = &record, .batch = c->samples, .any_size = true, .on_host = true};
    struct worker *l;
    int code = EXIT_DONE;
    struct product *p = compare_variant(c, &v, &l, &code);
    if (!p)
        return code;
    void *image = compare_image(c, p);
    if (!c->counts) {
        check_scores(c, p, l, image, "output");
        check_scores(c, p, l, image, "probabilities");
    }
    if (p->plan->train && (c->label || c->target)) {
        check_loss(c, "loss", train_batch(c, p, l, image));
        check_params(c, p, l, "grad.", true, false);
    }
    return worker_close(l) ? EXIT_DONE : EXIT_IO;
}

static int check_steps(struct check *c, struct optimizer o, const char *const *prefixes)
{
    struct variant v = {.optimizer = &o, .batch = c->samples, .any_size = true, .on_host = true};
    struct worker *l;
    int code = EXIT_DONE;
    if (!vectors_have(c, prefixes[0]))
        return EXIT_DONE;
    struct product *p = compare_variant(c, &v, &l, &code);
    if (!p)
        return code;
    void *image = compare_image(c, p);
    for (int i = 0; p->plan->train && prefixes[i]; i++) {
        train_batch(c, p, l, image);
        check_params(c, p, l, prefixes[i], false, o.kind == OPTIMIZER_ADAM);
    }
    if (p->plan->train && o.kind == OPTIMIZER_SGD) {
        check_params(c, p, l, "sgd1_folded.", false, false);
        if (tensor_find(c->vectors, "loss_after.sgd1"))
            check_loss(c, "loss_after.sgd1", train_batch(c, p, l, image));
    }
    return worker_close(l) ? EXIT_DONE : EXIT_IO;
}

/* ---- the command ---- */

static bool open_vectors(struct check *c)
{
    struct loc at = {c->path, 0};
    if (access(c->path, R_OK)) { /* the reader of safetensors speaks of weights */
        diag_error(c->diag, at, NULL, NULL, "cannot open the vectors: %s", strerror(errno));
        return false;
    }
    c->vectors = safetensors_read(c->mem, c->diag, c->path);
    if (!c->vectors)
        return false;
    c->input = tensor_find(c->vectors, "input");
    c->label = tensor_find(c->vectors, "label");
    c->target = tensor_find(c->vectors, "target");
    if (!c->input || c->input->rank < 2 || c->input->shape[0] < 1 || c->input->shape[0] > 4096) {
        diag_error(c->diag, at, NULL, NULL, "%s has no tensor 'input' of shape N,C,H,W", c->path);
        return false;
    }
    for (int64_t i = 0; i < c->input->count; i++)
        if (!isfinite(tensor_at(c->input, i))) {
            diag_error(c->diag, at, NULL, NULL, "value %lld of the tensor 'input' is not finite", (long long)i);
            return false;
        }
    c->samples = (int)c->input->shape[0];
    if (c->label && c->label->count < c->samples) {
        diag_error(c->diag, at, NULL, NULL, "%s has %d inputs and %d labels", c->path, c->samples,
                   (int)c->label->count);
        return false;
    }
    return true;
}

/* Of an input with a mean the file's normalisation may be part of the network: then its own inputs are pixels. */
static bool has_elements(const struct check *c, const struct input *in)
{
    for (int64_t i = 0; i < c->input->count; i++) {
        double v = tensor_at(c->input, i);
        if (v != floor(v) || v < input_least(in) || v > input_most(in))
            return false;
    }
    return in->mean != NULL;
}

/* The spec must fit the vectors: sizes, classes, the kind of loss. */
static bool fits_vectors(struct check *c, const struct product *p)
{
    struct loc at = {c->path, 0};
    const struct shape *s = &p->spec->input.shape;
    int64_t each = (int64_t)s->h * s->w * s->c;
    c->elements = has_elements(c, &p->spec->input);
    if (c->input->count != each * c->samples) {
        diag_error(c->diag, at, NULL, NULL, "'input' has %lld values a sample, the spec's input has %lld",
                   (long long)(c->input->count / c->samples), (long long)each);
        return false;
    }
    if (p->spec->train.given && p->spec->train.loss == LOSS_MSE && c->target &&
        c->target->count != (int64_t)compare_classes(p) * c->samples) {
        diag_error(c->diag, at, NULL, NULL, "'target' has %lld values, the spec's scores need %lld",
                   (long long)c->target->count, (long long)compare_classes(p) * c->samples);
        return false;
    }
    if (p->spec->train.given && p->spec->train.loss == LOSS_MSE)
        c->label = NULL;
    else
        c->target = NULL;
    for (int n = 0; c->label && n < c->samples; n++)
        if (tensor_at(c->label, n) < 0 || tensor_at(c->label, n) >= compare_classes(p)) {
            diag_error(c->diag, at, NULL, NULL, "label %g is not one of the %d classes", tensor_at(c->label, n),
                       compare_classes(p));
            return false;
        }
    return true;
}

/* Vectors of a network that is made differently cannot be compared: not a difference, but a mistake. */
static bool same_shapes(struct check *c, const struct product *p)
{
    bool same = true;
    for (int i = 0; i < c->vectors->count; i++) {
        const struct tensor *t = &c->vectors->tensor[i];
        const char *wanted = vectors_wanted(c->mem, p, t, c->samples);
        if (!wanted)
            continue;
        diag_error(c->diag, (struct loc){c->path, 0}, NULL,
                   same ? "the vectors are of another network, or the spec was changed since" : NULL,
                   "tensor '%s' is of shape %s, the spec has %s", t->name, tensor_shape_text(c->mem, t), wanted);
        same = false;
    }
    return same;
}

/* A file that has none of the keys says nothing about the network. */
static int nothing_compared(const struct check *c, const struct product *p)
{
    const char *layer = p->spec->layer[1].name;
    diag_error(
        c->diag, (struct loc){c->path, 0}, NULL,
        arena_format(c->mem,
                     "besides 'input', and 'label' or 'target', the file may hold: output, probabilities, loss, "
                     "act.LAYER (act.%s), of int8 networks output_q and act_q.LAYER, and where the spec has "
                     "train { }: grad.PARAMETER, sgd1.PARAMETER, loss_after.sgd1, adam1.PARAMETER, adam2.PARAMETER",
                     layer),
        "nothing to compare: none of its %d tensors is a result of this network", c->vectors->count);
    return EXIT_BAD_INPUT;
}

int host_verify(struct arena *mem, struct diag *d, const struct host_options *o, const struct verify_options *v)
{
    static const char *const sgd[] = {"sgd1.", NULL}, *const adam[] = {"adam1.", "adam2.", NULL};
    struct check c = {.mem = mem, .diag = d, .options = o, .path = v->vectors, .tolerance = v->tolerance};
    int code = EXIT_DONE;
    struct product *p = generate(mem, d, &o->request, &(struct variant){.any_size = true, .on_host = true}, &code);
    if (!p)
        return code;
    if (!open_vectors(&c) || !fits_vectors(&c, p) || !same_shapes(&c, p))
        return EXIT_BAD_INPUT;
    struct output *report = report_open(d, &o->report);
    if (!report)
        return EXIT_IO;
    c.verdicts = verdicts_begin(&o->report, v->tolerance, output_stream(report));
    c.integers = p->spec->precision.forward == FORWARD_INT8;
    c.counts = c.integers && (vectors_have(&c, "act_q.") || vectors_have(&c, "output_q"));
    code = check_layers(&c);
    if (!code)
        code = check_gradients(&c);
    if (!code && p->spec->train.given)
        code = check_steps(&c, (struct optimizer){.kind = OPTIMIZER_SGD, .rate = v->sgd_rate}, sgd);
    if (!code && p->spec->train.given)
        code = check_steps(&c, (struct optimizer){OPTIMIZER_ADAM, v->adam_rate, 0, 0, 0.9, 0.999, 1e-8}, adam);
    if (code)
        return code;
    if (!c.verdicts.passed && !c.verdicts.failed)
        return nothing_compared(&c, p);
    verdicts_end(&c.verdicts);
    if (!report_close(d, &o->report, report))
        return EXIT_IO;
    return c.verdicts.failed ? EXIT_DIFFERENT : EXIT_DONE;
}
