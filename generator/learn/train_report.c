/* SPDX-License-Identifier: MIT */
/* What train says. */
#include "base/screen.h"
#include "learn/trial.h"

#include <cjson/cJSON.h>
#include <math.h>
#include <string.h>

/* ---- text ---- */

static void put_figure(FILE *out, const char *what, const double *number, int count)
{
    struct spread s = spread_of(number, count);
    if (count == 1)
        fprintf(out, "%s %.4f\n", what, s.mean);
    else
        fprintf(out, "%s %.4f spread %.4f runs %d\n", what, s.mean, s.spread, count);
}

static const char *class_name(const struct trial *t, int c)
{
    return c < t->data->classes ? t->data->class_name[c] : "?";
}

/* A class a line: how many of it, the share that was named right, and what it was taken for most. */
static void put_classes(const struct trial *t, const struct figures *f, FILE *out)
{
    enum { NAME = 24 };
    wrap_put(out, 0, "class                     samples  right  mostly taken for");
    for (int c = 0; c < t->data->classes; c++) {
        const int *row = f->confusion + c * f->classes;
        int sum = 0, other = -1;
        for (int k = 0; k < f->classes; k++) {
            sum += row[k];
            if (k != c && row[k] > 0 && (other < 0 || row[k] > row[other]))
                other = k;
        }
        const char *name = class_name(t, c);
        size_t fit = text_fit(name, strlen(name), NAME);
        fprintf(out, "%.*s%*s %8d", (int)fit, name, NAME - text_cells(name, fit), "", sum / f->runs);
        if (!sum)
            fputs("      -\n", out);
        else if (other < 0)
            fprintf(out, " %5.1f %%\n", 100.0 * row[c] / sum);
        else
            fprintf(out, " %5.1f %%  %.*s\n", 100.0 * row[c] / sum,
                    (int)text_fit(class_name(t, other), strlen(class_name(t, other)), NAME), class_name(t, other));
    }
}

static void put_mistakes(const struct trial *t, const struct figures *f, FILE *out)
{
    struct mistake list[MISTAKES];
    int count = mistakes_of(t, f, list);
    if (count)
        wrap_put(out, 0, "it is most wrong about");
    for (int i = 0; i < count; i++)
        wrap_put(out, 4, "  %s: %s, said %s", sample_name(t->mem, f->part.data, list[i].sample),
                 class_name(t, list[i].label), class_name(t, list[i].said));
}

void report_train_text(const struct trial *t, FILE *out)
{
    if (t->data->task != DECODED_CLASSES) {
        report_numbers_text(t, out);
        return;
    }
    struct figures f = figures_of(t);
    const struct plan *q = t->product->device;
    struct text curve = text_new(t->mem), epochs = text_new(t->mem);
    for (int i = 0; i < t->how->epochs; i++) {
        text_put(&curve, f.epoch[i].loss < 1e6 ? " %.4f" : " %.4g", f.epoch[i].loss);
        text_put(&epochs, " %.4f", f.epoch[i].accuracy);
    }
    fprintf(out, "accuracy_before %.4f\n", f.before);
    put_figure(out, "accuracy_after", f.accuracy, f.runs);
    if (t->validation.data && t->test.data)
        put_figure(out, "validation", f.validated, f.runs);
    fprintf(out, "seconds_per_sample %.6f\n", f.seconds);
    fprintf(out, "optimizer %s rate %.4g\n", optimizer_word(&t->product->spec->train.optimizer), f.rate);
    wrap_put(out, 6, "curve%s", curve.at);
    wrap_put(out, 8, "epochs%s", epochs.at);
    wrap_put(out, 4, "ram net %lld scratch %lld stack %lld total %lld", (long long)q->net, (long long)q->scratch_train,
             (long long)q->stack, (long long)q->total);
    put_classes(t, &f, out);
    put_mistakes(t, &f, out);
}

/* ---- JSON ---- */

static void add_number(cJSON *to, const char *name, double value)
{
    cJSON_AddItemToObject(to, name, isfinite(value) ? cJSON_CreateNumber(value) : cJSON_CreateNull());
}

static cJSON *spread_json(const double *number, int count)
{
    struct spread s = spread_of(number, count);
    cJSON *o = cJSON_CreateObject();
    add_number(o, "mean", s.mean);
    add_number(o, "spread", s.spread);
    cJSON_AddItemToObject(o, "runs", cJSON_CreateDoubleArray(number, count));
    return o;
}

static cJSON *mistakes_json(const struct trial *t, const struct figures *f)
{
    struct mistake list[MISTAKES];
    cJSON *all = cJSON_CreateArray();
    int count = mistakes_of(t, f, list);
    for (int i = 0; i < count; i++) {
        cJSON *o = cJSON_CreateObject();
        cJSON_AddStringToObject(o, "sample", sample_name(t->mem, f->part.data, list[i].sample));
        cJSON_AddStringToObject(o, "class", class_name(t, list[i].label));
        cJSON_AddStringToObject(o, "said", class_name(t, list[i].said));
        add_number(o, "loss", list[i].cost);
        cJSON_AddItemToArray(all, o);
    }
    return all;
}

static cJSON *troubles_json(const struct trial *t)
{
    cJSON *all = cJSON_CreateArray();
    for (int k = 0; k < t->how->seeds; k++) {
        const struct run_result *r = t->result[k];
        for (int i = 0; i < r->troubles && i < RUN_TROUBLES; i++) {
            const struct run_trouble *x = &r->trouble[i];
            cJSON *o = cJSON_CreateObject();
            add_number(o, "seed", t->run[k].seed);
            add_number(o, "epoch", x->epoch + 1);
            cJSON_AddStringToObject(o, "sample", sample_name(t->mem, t->data, x->sample));
            add_number(o, "rate", x->rate);
            cJSON_AddStringToObject(o, "what", x->loss ? "loss" : "gradient");
            cJSON_AddStringToObject(o, "tensor", x->tensor);
            cJSON_AddItemToArray(all, o);
        }
    }
    return all;
}

static void add_curves(cJSON *root, const struct trial *t, const struct figures *f)
{
    cJSON *curve = cJSON_AddArrayToObject(root, "curve"), *epochs = cJSON_AddArrayToObject(root, "epochs");
    for (int i = 0; i < t->how->epochs; i++) {
        cJSON *o = cJSON_CreateObject();
        add_number(o, "loss", f->epoch[i].loss);
        add_number(o, "accuracy", f->epoch[i].accuracy);
        cJSON_AddItemToArray(epochs, o);
        cJSON_AddItemToArray(curve, cJSON_CreateNumber(f->epoch[i].loss));
    }
    if (t->data->task != DECODED_CLASSES)
        return;
    cJSON *confusion = cJSON_AddArrayToObject(root, "confusion"), *names = cJSON_AddArrayToObject(root, "classes");
    for (int c = 0; c < t->data->classes; c++) {
        cJSON_AddItemToArray(confusion, cJSON_CreateIntArray(f->confusion + c * f->classes, t->data->classes));
        cJSON_AddItemToArray(names, cJSON_CreateString(class_name(t, c)));
    }
}

cJSON *train_json(const struct trial *t, const struct figures *f)
{
    const struct plan *q = t->product->device;
    cJSON *root = cJSON_CreateObject();
    add_number(root, "accuracy_before", f->before);
    add_number(root, "accuracy_after", spread_of(f->accuracy, f->runs).mean);
    cJSON_AddItemToObject(root, "accuracy", spread_json(f->accuracy, f->runs));
    cJSON_AddItemToObject(root, "validation",
                          t->validation.data ? spread_json(f->validated, f->runs) : cJSON_CreateNull());
    if (t->validation.data && t->data->task == DECODED_CLASSES)
        cJSON_AddItemToObject(root, "certainty", spread_json(f->certain, f->runs));
    add_number(root, "seconds_per_sample", f->seconds);
    cJSON_AddStringToObject(root, "optimizer", optimizer_word(&t->product->spec->train.optimizer));
    add_number(root, "rate", f->rate);
    add_curves(root, t, f);
    if (t->data->task == DECODED_CLASSES)
        cJSON_AddItemToObject(root, "mistakes", mistakes_json(t, f));
    else
        report_numbers_json(root, t);
    cJSON_AddItemToObject(root, "not_finite", troubles_json(t));
    cJSON *ram = cJSON_AddObjectToObject(root, "ram");
    add_number(ram, "net", (double)q->net);
    add_number(ram, "scratch_train", (double)q->scratch_train);
    add_number(ram, "stack", (double)q->stack);
    add_number(ram, "total", (double)q->total);
    return root;
}

/* One line, so that results of many runs can be one file. */
void report_train_json(const struct trial *t, FILE *out)
{
    struct figures f = figures_of(t);
    cJSON *root = train_json(t, &f);
    char *text = cJSON_PrintUnformatted(root);
    fprintf(out, "%s\n", text);
    cJSON_free(text);
    cJSON_Delete(root);
}
