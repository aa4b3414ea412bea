/* SPDX-License-Identifier: MIT */
#include "choose/candidate.h"
#include "report/report.h"

#include <errno.h>
#include <math.h>
#include <string.h>
#include <unistd.h>

/* ---- its text ---- */

static void put_optimizer(struct text *t, const struct optimizer *o)
{
    bool adam = o->kind == OPTIMIZER_ADAM;
    text_put(t, "    optimizer = %s { rate = %.9g", adam ? "adam" : "sgd", o->rate);
    if (adam &&
        (o->beta1 < 0.9 || o->beta1 > 0.9 || o->beta2 < 0.999 || o->beta2 > 0.999 || o->eps < 1e-8 || o->eps > 1e-8))
        text_put(t, ", beta1 = %.9g, beta2 = %.9g, eps = %.9g", o->beta1, o->beta2, o->eps);
    if (!adam && o->momentum > 0)
        text_put(t, ", momentum = %.9g", o->momentum);
    if (o->weight_decay > 0)
        text_put(t, ", weight_decay = %.9g", o->weight_decay);
    text_put(t, " },\n");
}

static void put_loss(struct text *t, const struct train *s)
{
    const char *loss = s->loss == LOSS_MSE ? "mse" : "softmax_cross_entropy";
    if (s->label_smoothing > 0)
        text_put(t, "    loss = { \"%s\", label_smoothing = %.9g },\n", loss, s->label_smoothing);
    else if (s->loss != LOSS_SOFTMAX_CROSS_ENTROPY)
        text_put(t, "    loss = \"%s\",\n", loss);
}

/* What is for the device alone. */
static void put_device(struct text *t, const struct train *s)
{
    const struct rate_schedule *r = &s->schedule;
    if (r->kind == RATE_COSINE)
        text_put(t, "    schedule = cosine { steps = %d, least = %.9g, warmup = %d },\n", r->steps, r->least,
                 r->warmup);
    else if (r->kind == RATE_STEPS)
        text_put(t, "    schedule = steps { every = %d, factor = %.9g, warmup = %d },\n", r->steps, r->factor,
                 r->warmup);
    else if (r->warmup)
        text_put(t, "    schedule = warmup { steps = %d },\n", r->warmup);
    if (s->adopt)
        text_put(t, "    adopt = true,\n");
}

static void put_train(struct text *t, const struct train *s, const struct candidate *c)
{
    struct way learns = c->way;
    if (c->branch) {
        learns.update = NEW_ARRAY(t->mem, struct update, learns.nupdate + 1);
        memcpy(learns.update, c->way.update, sizeof *learns.update * (size_t)learns.nupdate);
        learns.update[learns.nupdate++] = (struct update){.glob = c->branch, .inputs = 1, .outputs = 1};
    }
    text_put(t, "train {\n%s,\n", way_line(t->mem, &learns, 4, 96));
    put_loss(t, s);
    put_optimizer(t, &c->optimizer);
    if (s->batch > 1)
        text_put(t, "    batch = %d,\n", s->batch);
    if (s->clip > 0)
        text_put(t, "    clip = %.9g,\n", s->clip);
    if (s->decay_weights)
        text_put(t, "    decay = \"weights\",\n");
    put_device(t, s);
    text_put(t, "}\n");
}

const char *precision_trained(const struct precision *p)
{
    return p->trained == TRAINED_BFLOAT16 ? "bfloat16" : "float32";
}

static void put_precision(struct text *t, const struct precision *p)
{
    static const char *const gradient[] = {"float32", "int16", "int8"};
    text_put(t, "precision { forward = \"%s\", trained = \"%s\"", p->forward == FORWARD_INT8 ? "int8" : "float32",
             precision_trained(p));
    if (p->forward == FORWARD_INT8)
        text_put(t, ", gradient = \"%s\"%s", gradient[p->gradient],
                 p->tflite_rounding ? ", rounding = \"tflite\"" : "");
    text_put(t, " }\n");
}

static bool same_precision(const struct precision *a, const struct precision *b)
{
    return a->forward == b->forward && a->gradient == b->gradient && a->trained == b->trained &&
           a->tflite_rounding == b->tflite_rounding;
}

/* What the command line bounds is said here, too, so that a plan of this spec is the one that was chosen. */
static void put_budget(struct text *t, const struct budget *b)
{
    const int64_t bound[] = {b->ram, b->scratch, b->flash};
    static const char *const names[] = {"ram", "scratch", "flash"};
    const char *before = "budget { ";
    for (int i = 0; i < 3; i++)
        if (bound[i]) {
            text_put(t, "%s%s = %lld", before, names[i], (long long)bound[i]);
            before = ", ";
        }
    if (*before == ',')
        text_put(t, " }\n");
}

char *candidate_text(struct arena *mem, const struct candidate_base *b, const struct candidate *c, const char *include,
                     const char *head)
{
    struct text t = text_new(mem);
    text_put(&t, "%s%s", head, c->set);
    if (*c->side)
        text_put(&t, "side {\n%s}\n", c->side);
    text_put(&t, "include \"%s\"\n", include);
    if (c->norms)
        text_put(&t, "norms \"%s\" -- what the batch norms of this network meet, found on samples\n", c->norms);
    put_train(&t, b->train, c);
    if (!same_precision(&c->precision, &b->precision))
        put_precision(&t, &c->precision);
    put_budget(&t, &b->budget);
    return t.at;
}

char *candidate_file(struct arena *mem, struct diag *d, const struct candidate_base *b, const struct candidate *c,
                     bool run)
{
    struct candidate as = *c;
    if (run)
        as.optimizer.rate = 0.01; /* a run is told its rate: plans that differ in it alone are one program */
    if (run && c->floats)
        as.precision = (struct precision){.forward = FORWARD_FLOAT32};
    const char *text = candidate_text(mem, b, &as, b->spec, "");
    char *path = arena_format(mem, "%s/plan-%016llx.lua", b->state,
                              (unsigned long long)hash_bytes(HASH_START, text, strlen(text)));
    struct text t = text_new(mem);
    text_put(&t, "%s", text);
    if (access(path, R_OK) && !file_write(path, &t)) {
        diag_error(d, (struct loc){path, 0}, NULL, NULL, "cannot write: %s", file_error(errno));
        return NULL;
    }
    return path;
}

/* ---- its plan ---- */

bool candidate_plan(struct diag *d, const struct candidate_base *b, struct candidate *c)
{
    struct arena *mem = arena_new();
    struct diag quiet = {.mem = mem};
    struct request request = b->request;
    int code;
    request.spec = candidate_file(mem, d, b, c, false);
    struct product *p =
        request.spec ? generate(mem, &quiet, &request, &(struct variant){.any_size = true, .plan_only = true}, &code)
                     : NULL;
    c->planned = p && p->plan->train;
    if (c->planned) {
        const struct program *t = p->plan->train;
        c->ram = p->plan->total;
        c->flash = plan_flash(p->plan, p->graph);
        c->macs = t->macs[0] + t->macs[1] + t->macs[2];
        c->trained = trained_values(p->graph);
        c->fits = plan_fits(p->plan, p->graph) && (!b->macs || c->macs <= b->macs);
    }
    arena_free(mem);
    return c->planned;
}

/* ---- what was measured ---- */

static double mean_of(const double *number, int count)
{
    double sum = 0;
    for (int i = 0; i < count; i++)
        sum += number[i];
    return count ? sum / count : 0;
}

double candidate_merit(const struct candidate *c)
{
    return mean_of(c->merit, c->runs);
}

double candidate_mean(const struct candidate *c)
{
    return mean_of(c->accuracy, c->runs);
}

double candidate_spread(const struct candidate *c)
{
    double mean = candidate_mean(c), sum = 0;
    for (int i = 0; i < c->runs; i++)
        sum += (c->accuracy[i] - mean) * (c->accuracy[i] - mean);
    return c->runs > 1 ? sqrt(sum / (c->runs - 1)) : 0;
}
