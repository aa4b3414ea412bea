/* SPDX-License-Identifier: MIT */
/* What choose tells: text, JSON, and the head of the spec that it writes. */
#include "base/screen.h"
#include "base/table.h"
#include "choose/outcome.h"
#include "learn/chart.h"

#include <cjson/cJSON.h>
#include <stdlib.h>
#include <string.h>

const char *const control_names[CONTROLS] = {"chosen", "last", "bias", "what_fits", "full"};

/* ---- the front ---- */

static int by_ram(const void *a, const void *b)
{
    const struct candidate *x = *(struct candidate *const *)a, *y = *(struct candidate *const *)b;
    if (x->ram != y->ram)
        return x->ram < y->ram ? -1 : 1;
    double p = candidate_mean(x), q = candidate_mean(y);
    return p > q ? -1 : p < q ? 1 : strcmp(x->what, y->what);
}

int outcome_front(const struct outcome *c, int *front)
{
    const struct plans *p = &c->race->plans;
    struct candidate **sorted = NEW_ARRAY(c->mem, struct candidate *, p->count + 1);
    int n = 0, count = 0;
    double best = -1;
    for (int i = 0; i < p->count; i++)
        if (p->list[i]->runs)
            sorted[n++] = p->list[i];
    qsort(sorted, (size_t)n, sizeof *sorted, by_ram);
    for (int i = 0; i < n; i++)
        if (candidate_mean(sorted[i]) > best) {
            best = candidate_mean(sorted[i]);
            for (int k = 0; k < p->count; k++)
                if (p->list[k] == sorted[i])
                    front[count++] = k;
        }
    return count;
}

/* ---- text ---- */

static const char *percent(struct arena *mem, const struct candidate *c)
{
    double mean = 100 * candidate_mean(c), spread = 100 * candidate_spread(c);
    return c->runs > 1 ? arena_format(mem, "%.1f +- %.1f", mean, spread) : arena_format(mem, "%.1f", mean);
}

static const char *optimizer_text(struct arena *mem, const struct optimizer *o)
{
    return arena_format(mem, "%s %.3g", o->kind == OPTIMIZER_ADAM ? "adam" : "sgd", o->rate);
}

static void put_front(const struct outcome *c, FILE *out)
{
    static const struct table_column columns[] = {{"    what learns", true, 0},
                                                  {"RAM", false, 0},
                                                  {"accuracy %", false, 0},
                                                  {"runs", false, 1},
                                                  {"rate", false, 2}};
    struct table t = table_new(c->mem, columns, 5);
    int *front = NEW_ARRAY(c->mem, int, c->race->plans.count + 1), count = outcome_front(c, front);
    bool shown = false;
    for (int i = 0; i < count; i++) {
        const struct candidate *p = c->race->plans.list[front[i]];
        shown = shown || p == c->chosen;
    }
    for (int i = 0; i < count + !shown; i++) {
        const struct candidate *p = i < count ? c->race->plans.list[front[i]] : c->chosen;
        const char *cell[] = {arena_format(c->mem, "%s %s", p == c->chosen ? " * " : "   ", p->what),
                              size_text(c->mem, p->ram), percent(c->mem, p), arena_format(c->mem, "%d", p->runs),
                              optimizer_text(c->mem, &p->optimizer)};
        table_row(&t, cell, NULL);
    }
    table_put(&t, out, 0);
}

static void put_controls(const struct outcome *c, FILE *out)
{
    static const struct table_column columns[] = {
        {"    on the test data", true, 0}, {"RAM", false, 0}, {"accuracy %", false, 0}};
    struct table t = table_new(c->mem, columns, 3);
    for (int i = 0; i < CONTROLS; i++) {
        const struct candidate *k = c->control[i];
        if (!k || !k->runs)
            continue;
        const char *name = i == CONTROL_WHAT_FITS ? arena_format(c->mem, "what-fits: %s", k->what)
                           : i == CONTROL_CHOSEN  ? "chosen"
                                                  : k->what;
        const char *cell[] = {arena_format(c->mem, "%s %s", i == CONTROL_CHOSEN ? " * " : "   ", name),
                              size_text(c->mem, k->ram), percent(c->mem, k)};
        table_row(&t, cell, NULL);
    }
    if (t.nrow) {
        fprintf(out, "\n");
        table_put(&t, out, 0);
    }
}

static int measured(const struct outcome *c)
{
    int count = 0;
    for (int i = 0; i < c->race->plans.count; i++)
        count += c->race->plans.list[i]->runs > 0;
    return count;
}

static void report_outcome_text(const struct outcome *c, FILE *out)
{
    const char *bound =
        c->budget.ram ? arena_format(c->mem, " within %s of RAM", size_text(c->mem, c->budget.ram)) : "";
    wrap_put(out, 4, "%s%s: %d plans measured by %d runs; those that nothing beats in both RAM and accuracy", c->name,
             bound, measured(c), c->runs);
    fprintf(out, "\n");
    put_front(c, out);
    put_controls(c, out);
    fprintf(out, "\n");
    wrap_put(
        out, 0,
        "* is taken: the plan that is surest of the right class, by the mean probability that it gives to it, or the "
        "cheapest that is no further below it than the means' error. Accuracies above are of samples held back from "
        "training (mean and standard deviation over seeds).");
}

/* ---- JSON ---- */

static cJSON *json_entries(const struct candidate *c)
{
    cJSON *list = way_json(&c->way);
    if (c->branch)
        cJSON_AddItemToArray(list, cJSON_CreateString(c->branch));
    return list;
}

/* The spec that a plan would be. */
static const char *candidate_spec(const struct outcome *o, const struct candidate *c)
{
    const struct candidate_base *base = o->race->base;
    const char *slash = strrchr(base->spec, '/');
    return candidate_text(o->mem, base, c, slash ? slash + 1 : base->spec, "");
}

static cJSON *json_candidate(const struct outcome *outcome, const struct candidate *c)
{
    static const char *const gradient[] = {"float32", "int16", "int8"};
    cJSON *o = cJSON_CreateObject(), *precision;
    cJSON_AddStringToObject(o, "what", c->what);
    cJSON_AddItemToObject(o, "update", json_entries(c));
    cJSON_AddStringToObject(o, "choices", c->set);
    cJSON_AddStringToObject(o, "side", c->side);
    precision = cJSON_AddObjectToObject(o, "precision");
    cJSON_AddStringToObject(precision, "forward", c->precision.forward == FORWARD_INT8 ? "int8" : "float32");
    cJSON_AddStringToObject(precision, "gradient", gradient[c->precision.gradient]);
    cJSON_AddStringToObject(precision, "trained", precision_trained(&c->precision));
    cJSON_AddStringToObject(o, "optimizer", c->optimizer.kind == OPTIMIZER_ADAM ? "adam" : "sgd");
    cJSON_AddNumberToObject(o, "rate", c->optimizer.rate);
    cJSON_AddNumberToObject(o, "ram", (double)c->ram);
    cJSON_AddNumberToObject(o, "flash", (double)c->flash);
    cJSON_AddNumberToObject(o, "macs", (double)c->macs);
    cJSON_AddItemToObject(o, "runs", cJSON_CreateDoubleArray(c->accuracy, c->runs));
    cJSON_AddNumberToObject(o, "accuracy", candidate_mean(c));
    cJSON_AddNumberToObject(o, "spread", candidate_spread(c));
    cJSON_AddNumberToObject(o, "certainty", candidate_merit(c));
    cJSON_AddStringToObject(o, "spec", candidate_spec(outcome, c));
    return o;
}

static void json_tests(const struct outcome *c, cJSON *root)
{
    cJSON *controls = cJSON_AddObjectToObject(root, "controls"), *test = cJSON_AddObjectToObject(root, "test");
    for (int i = 0; i < CONTROLS; i++) {
        const struct candidate *k = c->control[i];
        if (!k)
            continue;
        cJSON *at = cJSON_AddObjectToObject(test, control_names[i]);
        if (k->runs) {
            cJSON_AddNumberToObject(at, "accuracy", candidate_mean(k));
            cJSON_AddNumberToObject(at, "spread", candidate_spread(k));
        }
        if (i == CONTROL_CHOSEN)
            continue;
        at = cJSON_AddObjectToObject(controls, control_names[i]);
        if (k->runs)
            cJSON_AddNumberToObject(at, "accuracy", candidate_mean(k));
        cJSON_AddNumberToObject(at, "ram", (double)k->ram);
    }
}

static cJSON *outcome_json(const struct outcome *c)
{
    const struct plans *p = &c->race->plans;
    int *front = NEW_ARRAY(c->mem, int, p->count + 1), count = outcome_front(c, front), chosen = 0;
    cJSON *root = cJSON_CreateObject();
    cJSON_AddStringToObject(root, "name", c->name);
    cJSON_AddStringToObject(root, "version", TINYTL_VERSION);
    cJSON *list = cJSON_AddArrayToObject(root, "candidates");
    for (int i = 0; i < p->count; i++) {
        cJSON_AddItemToArray(list, json_candidate(c, p->list[i]));
        chosen = p->list[i] == c->chosen ? i : chosen;
    }
    cJSON_AddItemToObject(root, "front", cJSON_CreateIntArray(front, count));
    cJSON_AddNumberToObject(root, "chosen", chosen);
    json_tests(c, root);
    cJSON_AddNumberToObject(root, "runs", c->runs);
    cJSON_AddNumberToObject(root, "seconds", c->seconds);
    return root;
}

static void report_outcome_json(const struct outcome *c, bool page, FILE *out)
{
    cJSON *root = outcome_json(c);
    char *text = page ? cJSON_PrintUnformatted(root) : cJSON_Print(root);
    if (page)
        fputs(emit_page(c->mem, "choose", c->name, text), out);
    else
        fprintf(out, "%s\n", text);
    cJSON_free(text);
    cJSON_Delete(root);
}

/* ---- picture ---- */

static void report_outcome_svg(const struct outcome *c, FILE *out)
{
    const struct plans *p = &c->race->plans;
    int *front = NEW_ARRAY(c->mem, int, p->count + 1), count = outcome_front(c, front), n = 0;
    struct front_point *point = NEW_ARRAY(c->mem, struct front_point, p->count + 1);
    for (int i = 0; i < p->count; i++) {
        const struct candidate *k = p->list[i];
        if (!k->runs)
            continue;
        point[n] = (struct front_point){
            .name = k->what, .ram = (double)k->ram, .accuracy = candidate_mean(k), .spread = candidate_spread(k)};
        for (int f = 0; f < count; f++)
            point[n].on_front = point[n].on_front || front[f] == i;
        n++;
    }
    front_picture(c->mem, out, c->name, "what should learn", point, n);
}

void report_outcome(const struct outcome *c, const struct reporting *r, FILE *out)
{
    if (report_is(r, "json") || report_is(r, "html"))
        report_outcome_json(c, report_is(r, "html"), out);
    else if (report_is(r, "svg"))
        report_outcome_svg(c, out);
    else if (r->file || !r->quiet)
        report_outcome_text(c, out);
}

/* ---- the head of the spec ---- */

char *outcome_head(const struct outcome *c)
{
    const struct candidate *p = c->chosen;
    struct text t = text_new(c->mem);
    text_put(&t, "-- Chosen by tinytl-gen: %s.\n", p->what);
    text_put(&t, "-- RAM %lld bytes; accuracy on samples held back %s %% (%d run%s).\n", (long long)p->ram,
             percent(c->mem, p), p->runs, p->runs == 1 ? "" : "s");
    const struct candidate *own = c->control[CONTROL_CHOSEN];
    if (own->runs)
        text_put(&t, "-- On the test data %s %% (%d seeds).\n", percent(c->mem, own), own->runs);
    for (int i = CONTROL_LAST; i < CONTROLS; i++)
        if (c->control[i] && c->control[i]->runs)
            text_put(&t, "--     %s: %s %%, %lld bytes\n", c->control[i]->what, percent(c->mem, c->control[i]),
                     (long long)c->control[i]->ram);
    return t.at;
}
