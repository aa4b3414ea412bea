/* SPDX-License-Identifier: MIT */
/* What train says of networks that give numbers: the errors of regression; of autoencoders what is told apart by them. */
#include "base/screen.h"
#include "learn/detection.h"
#include "learn/trial.h"

#include <cjson/cJSON.h>
#include <math.h>
#include <string.h>

/* Figures of all runs that came to their end; the threshold and what depends on it are of the one that --save
 * keeps. */
struct numbers {
    struct figures f;
    double *area;      /* of each run; NaN without samples that are not normal */
    double *loss;      /* of each run: the mean squared error, of normal samples */
    double *by_output; /* mean over runs */
    double *error;     /* by sample, of the run that is kept */
    int *label;        /* by sample of the part */
    double threshold;
    int normal, outputs;
};

static bool is_anomaly(const struct trial *t)
{
    return t->data->task == DECODED_ANOMALY;
}

static double mean_where(const double *error, const int *label, int count, int of)
{
    double sum = 0;
    int n = 0;
    for (int i = 0; i < count; i++)
        if (label[i] == of) {
            sum += error[i];
            n++;
        }
    return n ? sum / n : NAN;
}

static int *labels_of(const struct trial *t, struct subset part)
{
    int *label = NEW_ARRAY(t->mem, int, part.count + 1);
    for (int i = 0; i < part.count && part.data->labels; i++)
        label[i] = part.data->labels[part.sample[i]];
    return label;
}

/* Run k, the one at place `at` of those that came to their end. */
static void add_run(const struct trial *t, struct numbers *n, int k, int at)
{
    const struct run_result *r = t->result[k];
    const struct input *in = &t->product->spec->input;
    struct subset part = n->f.part;
    double *error = errors_of_samples(t->mem, part, in, r->scores, n->outputs);
    double *by_output = errors_of_outputs(t->mem, part, in, r->scores, n->outputs);
    n->area[at] = is_anomaly(t) ? area_under_curve(t->mem, error, n->label, part.count, n->normal) : NAN;
    n->loss[at] = mean_where(error, n->label, part.count, n->normal);
    for (int o = 0; o < n->outputs; o++)
        n->by_output[o] += by_output[o] / n->f.runs;
    if (k == kept_run(t))
        n->error = error;
}

static struct numbers numbers_of(const struct trial *t)
{
    struct numbers n = {.f = figures_of(t), .outputs = t->result[0]->outputs};
    n.normal = is_anomaly(t) ? n.f.part.data->normal : 0;
    n.area = NEW_ARRAY(t->mem, double, n.f.runs);
    n.loss = NEW_ARRAY(t->mem, double, n.f.runs);
    n.by_output = NEW_ARRAY(t->mem, double, n.outputs);
    n.label = labels_of(t, n.f.part);
    for (int k = 0, at = 0; k < t->how->seeds; k++)
        if (t->well[k])
            add_run(t, &n, k, at++);
    n.threshold =
        is_anomaly(t) ? alarm_threshold(t->mem, n.error, n.label, n.f.part.count, n.normal, t->how->false_alarms) : NAN;
    return n;
}

/* ---- text ---- */

static void put_spread(FILE *out, const char *what, const double *number, int count)
{
    struct spread s = spread_of(number, count);
    fprintf(out, count == 1 ? "%s %.4g\n" : "%s %.4g spread %.4g runs %d\n", what, s.mean, s.spread, count);
}

/* A kind of samples a line. */
static void put_kinds(const struct numbers *n, FILE *out)
{
    enum { NAME = 24 };
    const struct dataset *data = n->f.part.data;
    fputs("kind                      samples  alarms  mean error\n", out);
    for (int k = 0; k < data->classes; k++) {
        size_t fit = text_fit(data->class_name[k], strlen(data->class_name[k]), NAME);
        int count = 0;
        for (int i = 0; i < n->f.part.count; i++)
            count += n->label[i] == k;
        fprintf(out, "%.*s%*s %8d", (int)fit, data->class_name[k], NAME - text_cells(data->class_name[k], fit), "",
                count);
        if (count)
            fprintf(out, " %5.1f %%  %.4g\n", 100 * alarm_share(n->error, n->label, n->f.part.count, k, n->threshold),
                    mean_where(n->error, n->label, n->f.part.count, k));
        else
            fputs("       -\n", out);
    }
}

void report_numbers_text(const struct trial *t, FILE *out)
{
    struct numbers n = numbers_of(t);
    const struct plan *q = t->product->device;
    struct text curve = text_new(t->mem), error = text_new(t->mem);
    for (int i = 0; i < t->how->epochs; i++)
        text_put(&curve, " %.4g", n.f.epoch[i].loss);
    for (int o = 0; o < n.outputs; o++)
        text_put(&error, " %.4g", n.by_output[o]);
    put_spread(out, is_anomaly(t) ? "loss_of_normal" : "loss_after", n.loss, n.f.runs);
    if (!is_anomaly(t)) {
        wrap_put(out, 6, "error%s", error.at);
    } else {
        if (isfinite(n.area[0]))
            put_spread(out, "auc", n.area, n.f.runs);
        fprintf(out, "threshold %.9g\n", n.threshold);
    }
    fprintf(out, "seconds_per_sample %.6f\n", n.f.seconds);
    fprintf(out, "optimizer %s rate %.4g\n", optimizer_word(&t->product->spec->train.optimizer), n.f.rate);
    wrap_put(out, 6, "curve%s", curve.at);
    wrap_put(out, 4, "ram net %lld scratch %lld stack %lld total %lld", (long long)q->net, (long long)q->scratch_train,
             (long long)q->stack, (long long)q->total);
    if (is_anomaly(t))
        put_kinds(&n, out);
}

/* ---- JSON ---- */

static void put_number(cJSON *to, const char *name, double value)
{
    cJSON_AddItemToObject(to, name, isfinite(value) ? cJSON_CreateNumber(value) : cJSON_CreateNull());
}

static void put_runs(cJSON *to, const char *name, const double *number, int count)
{
    cJSON *all = cJSON_AddArrayToObject(to, name);
    for (int i = 0; i < count; i++)
        cJSON_AddItemToArray(all, isfinite(number[i]) ? cJSON_CreateNumber(number[i]) : cJSON_CreateNull());
}

/* What is told apart: `alarms` by kind, `found` of all that is not normal. */
static void put_detection(cJSON *root, const struct trial *t, const struct numbers *n)
{
    const struct dataset *data = n->f.part.data;
    int others = 0, found = 0;
    for (int i = 0; i < n->f.part.count; i++) {
        others += n->label[i] != n->normal;
        found += n->label[i] != n->normal && n->error[i] > n->threshold;
    }
    put_number(root, "auc", spread_of(n->area, n->f.runs).mean);
    put_runs(root, "auc_runs", n->area, n->f.runs);
    put_number(root, "threshold", n->threshold);
    put_number(root, "false_alarms", alarm_share(n->error, n->label, n->f.part.count, n->normal, n->threshold));
    put_number(root, "found", others ? (double)found / others : NAN);
    cJSON *alarms = cJSON_AddObjectToObject(root, "alarms");
    for (int k = 0; k < data->classes; k++)
        put_number(alarms, data->class_name[k], alarm_share(n->error, n->label, n->f.part.count, k, n->threshold));
    put_number(root, "samples", t->data->x.count);
}

/* Keys of a report that depend on what is learnt; the rest is report.c's. */
void report_numbers_json(cJSON *root, const struct trial *t)
{
    struct numbers n = numbers_of(t);
    put_number(root, "loss", spread_of(n.loss, n.f.runs).mean);
    put_runs(root, "loss_runs", n.loss, n.f.runs);
    if (is_anomaly(t))
        put_detection(root, t, &n);
    else
        put_runs(root, "error", n.by_output, n.outputs);
}

/* ---- warnings ---- */

/* What a test cannot show, and what training has not reached. */
void warn_of_numbers(const struct trial *t)
{
    struct numbers n = numbers_of(t);
    struct loc at = {t->how->test ? t->how->test : t->how->train, 0};
    int normal = 0;
    for (int i = 0; i < n.f.part.count; i++)
        normal += n.label[i] == n.normal;
    if (!is_anomaly(t))
        return;
    if (normal == n.f.part.count)
        diag_warn(t->d, at, NULL, "--test DIR with the sub-folder \"normal\" and others",
                  "there is nothing that is not normal: how well that is told apart is not known");
    if (normal * t->how->false_alarms < 1)
        diag_warn(
            t->d, at, NULL, arena_format(t->mem, "more normal samples, or --false-alarms %.2g", 1.0 / normal),
            "of %d normal samples a share of %.2g is less than one: the threshold is the largest error that one of "
            "them has",
            normal, t->how->false_alarms);
}
