/* SPDX-License-Identifier: MIT */
/* what-fits: the ways to learn within a budget, the best first.
 *
 * Each way is a list for `update`, put into the spec and sent through the whole pipeline: what is
 * printed is what `plan` would say.  Two rules save most of the work:
 *
 *   - Where a way does not fit, none fits that trains the same and more.
 *   - A way that trains the same and more than one that fits, for no better result, is of interest only
 *     if it fits with the fastest plan. */
#include "base/screen.h"
#include "base/table.h"
#include "choose/choose.h"
#include "choose/ways.h"
#include "report/report.h"

#include <cjson/cJSON.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

enum { SHOWN = 12 }; /* rows of the text, without -v */

struct row {
    const struct way *way;
    int64_t ram, net, scratch, stack, trained, macs, recompute;
    bool fits;
};

struct fitting {
    struct arena *mem;
    struct request request;
    const char *name; /* of the network */
    struct budget budget;
    int nparam;
    bool mse;
    const char *weights; /* of a network of floats: its file, or NULL */
    bool integers;       /* that file has weights of int8 */
    struct row *fit;     /* in the end, the best first */
    int nfit, unlisted;
    struct row *unfit;   /* no two of which contain each other */
    int nunfit, without; /* without: ways that do not fit, all in all */
};

/* ---- plans ---- */

/* False if the way does not work in this network; int8: its weights, to be computed with in integers. */
static bool plan_variant(const struct fitting *f, const struct way *w, const char *int8, bool fastest, struct row *row)
{
    struct arena *mem = arena_new();
    struct diag quiet = {.mem = mem};
    struct request request = f->request;
    int code;
    request.fastest = request.fastest || fastest;
    struct variant v = {.update = w->update, .nupdate = w->nupdate, .any_size = true, .plan_only = true, .int8 = int8};
    struct product *p = generate(mem, &quiet, &request, &v, &code);
    if (p) {
        const struct plan *q = p->plan;
        const struct program *t = q->train;
        *row = (struct row){.way = w,
                            .ram = q->total,
                            .net = q->net,
                            .scratch = q->total - q->net - q->stack,
                            .stack = q->stack,
                            .trained = trained_values(p->graph),
                            .macs = t->macs[0] + t->macs[1] + t->macs[2],
                            .recompute = t->macs[2],
                            .fits = plan_fits(q, p->graph)};
    }
    arena_free(mem);
    return p != NULL;
}

static bool plan_way(const struct fitting *f, const struct way *w, bool fastest, struct row *row)
{
    return plan_variant(f, w, NULL, fastest, row);
}

static bool contains_unfit(const struct fitting *f, const struct way *w)
{
    for (int i = 0; i < f->nunfit; i++)
        if (way_within(f->unfit[i].way, w, f->nparam))
            return true;
    return false;
}

static bool contains_better(const struct fitting *f, const struct way *w)
{
    for (int i = 0; i < f->nfit; i++)
        if (f->fit[i].way->gain >= w->gain && way_within(f->fit[i].way, w, f->nparam))
            return true;
    return false;
}

static int by_gain(const void *a, const void *b)
{
    const struct row *x = a, *y = b;
    if (x->way->gain < y->way->gain || x->way->gain > y->way->gain)
        return x->way->gain > y->way->gain ? -1 : 1;
    if (x->ram != y->ram)
        return x->ram < y->ram ? -1 : 1;
    return strcmp(x->way->what, y->way->what);
}

/* Ways with few values come first, so that each meets those that it contains. */
static void plan_ways(struct fitting *f, const struct ways *ways)
{
    f->fit = NEW_ARRAY(f->mem, struct row, ways->count);
    f->unfit = NEW_ARRAY(f->mem, struct row, ways->count);
    for (int i = 0; i < ways->count; i++) {
        const struct way *w = &ways->list[i];
        bool better = contains_better(f, w);
        struct row row;
        if (contains_unfit(f, w))
            f->without++;
        else if (!plan_way(f, w, better, &row) || (better && row.fits && !plan_way(f, w, false, &row)))
            continue;
        else if (row.fits)
            f->fit[f->nfit++] = row;
        else if (better)
            f->unlisted++;
        else {
            f->without++;
            f->unfit[f->nunfit++] = row;
        }
    }
    qsort(f->fit, (size_t)f->nfit, sizeof *f->fit, by_gain);
}

static const struct row *smallest_unfit(const struct fitting *f)
{
    const struct row *least = NULL;
    for (int i = 0; i < f->nunfit; i++)
        if (!least || f->unfit[i].ram < least->ram)
            least = &f->unfit[i];
    return least;
}

/* ---- reports ---- */

static const char *millions(struct arena *mem, int64_t n)
{
    return arena_format(mem, n < 9950000 ? "%.2f M" : "%.1f M", (double)n / 1e6);
}

static void put_bounds(const struct fitting *f, FILE *out)
{
    const struct budget *b = &f->budget;
    if (!b->ram && !b->scratch) {
        wrap_put(out, 4, "%s, no bound on RAM (--ram gives one): ways to learn, the best first", f->name);
        return;
    }
    const char *ram = b->ram ? arena_format(f->mem, " %s of RAM", size_text(f->mem, b->ram)) : "";
    const char *scratch =
        b->scratch ? arena_format(f->mem, "%s %s of scratch", b->ram ? " and" : "", size_text(f->mem, b->scratch)) : "";
    wrap_put(out, 4, "%s within%s%s: ways to learn, the best first", f->name, ram, scratch);
}

static void put_rows(const struct fitting *f, int shown, FILE *out)
{
    enum { INDENT = 4 };
    static const struct table_column columns[] = {
        {"    what learns", true, 0}, {"gain", false, 0}, {"RAM", false, 0},
        {"values", false, 2},         {"MACs", false, 3}, {"again", false, 4}};
    struct arena *m = f->mem;
    struct table t = table_new(m, columns, 6);
    for (int i = 0; i < shown; i++) {
        const struct row *r = &f->fit[i];
        const char *cell[] = {arena_format(m, "%2d  %s", i + 1, r->way->what),
                              arena_format(m, "%+.1f", r->way->gain),
                              size_text(m, r->ram),
                              arena_format(m, "%lld", (long long)r->trained),
                              millions(m, r->macs),
                              r->recompute ? millions(m, r->recompute) : ""};
        table_row(&t, cell, way_line(m, r->way, INDENT, screen_width(out)));
    }
    table_put(&t, out, 0);
}

static void report_rows(const struct fitting *f, bool verbose, FILE *out)
{
    const struct row *least = smallest_unfit(f);
    int shown = verbose || f->nfit < SHOWN ? f->nfit : SHOWN;
    put_bounds(f, out);
    fprintf(out, "\n");
    put_rows(f, shown, out);
    fprintf(out, "\n");
    if (shown < f->nfit)
        fprintf(out, "%d more fit: -v shows them.\n", f->nfit - shown);
    if (least)
        wrap_put(out, 0, "%d %s not fit; the smallest of them needs %s (%lld bytes).", f->without,
                 f->without == 1 ? "does" : "do", size_text(f->mem, least->ram), (long long)least->ram);
    if (f->unlisted)
        wrap_put(out, 0, "%d left out: more learns than in another row, for no better result.", f->unlisted);
    wrap_put(
        out, 0,
        "gain: %s  1/4 pointwise: of the outputs of 1x1 convolutions.  again: MACs made a second time to save RAM.",
        f->mse ? "an order only, from the accuracy that similar ways had on mcunet-5fps.  This network learns by "
                 "another loss, mse."
               : "points of accuracy over the last layer alone, as similar ways had them on mcunet-5fps: an order, "
                 "not a promise.");
}

static cJSON *json_row(const struct fitting *f, const struct row *r)
{
    cJSON *o = cJSON_CreateObject();
    cJSON_AddStringToObject(o, "what", r->way->what);
    cJSON_AddItemToObject(o, "update", way_json(r->way));
    cJSON_AddNumberToObject(o, "ram", (double)r->ram);
    cJSON_AddNumberToObject(o, "net", (double)r->net);
    cJSON_AddNumberToObject(o, "scratch", (double)r->scratch);
    cJSON_AddNumberToObject(o, "stack", (double)r->stack);
    cJSON_AddNumberToObject(o, "trained", (double)r->trained);
    cJSON_AddNumberToObject(o, "macs", (double)r->macs);
    cJSON_AddNumberToObject(o, "recompute", (double)r->recompute);
    cJSON_AddRawToObject(o, "gain", arena_format(f->mem, "%.1f", r->way->gain));
    cJSON_AddStringToObject(o, "spec", way_line(f->mem, r->way, 0, 0));
    return o;
}

static cJSON *rows_json(const struct fitting *f)
{
    const struct row *least = smallest_unfit(f);
    cJSON *root = cJSON_CreateObject();
    cJSON_AddStringToObject(root, "name", f->name);
    cJSON_AddStringToObject(root, "version", TINYTL_VERSION);
    cJSON_AddNumberToObject(root, "budget", (double)f->budget.ram);
    cJSON *rows = cJSON_AddArrayToObject(root, "rows");
    for (int i = 0; i < f->nfit; i++)
        cJSON_AddItemToArray(rows, json_row(f, &f->fit[i]));
    cJSON *unfit = cJSON_AddObjectToObject(root, "unfit");
    cJSON_AddNumberToObject(unfit, "count", f->without);
    cJSON_AddNumberToObject(unfit, "smallest", least ? (double)least->ram : 0);
    return root;
}

static void report_rows_json(const struct fitting *f, bool page, FILE *out)
{
    cJSON *root = rows_json(f);
    char *text = page ? cJSON_PrintUnformatted(root) : cJSON_Print(root);
    if (page)
        fputs(emit_page(f->mem, "what-fits", f->name, text), out);
    else
        fprintf(out, "%s\n", text);
    cJSON_free(text);
    cJSON_Delete(root);
}

static void report(const struct fitting *f, const struct reporting *r, FILE *out)
{
    if (report_is(r, "json") || report_is(r, "html"))
        report_rows_json(f, report_is(r, "html"), out);
    else if (f->nfit && (r->file || !r->quiet))
        report_rows(f, r->verbose, out);
}

/* A network of floats may fit once its frozen part is computed in integers: tried where its file has int8 weights. */
static const char *hint_of(const struct fitting *f, const struct way *w)
{
    struct row row;
    if (f->weights && !f->integers)
        return "weights of int8 take less: tinytl-gen quantize, then precision { forward = \"int8\" }; or a smaller "
               "input, or a larger budget";
    if (f->weights && plan_variant(f, w, f->weights, false, &row) && row.fits)
        return arena_format(f->mem,
                            "precision { forward = \"int8\" } fits: %lld bytes; the weights are of int8 already",
                            (long long)row.ram);
    return "try a smaller input, a network less wide at its beginning, or a larger budget";
}

static void nothing_fits(const struct fitting *f, struct diag *d)
{
    const struct row *r = smallest_unfit(f);
    struct loc at = {f->request.spec, 0};
    if (!r) {
        diag_error(d, at, NULL, NULL, "there is nothing that could learn");
        return;
    }
    diag_error(d, at, NULL, hint_of(f, r->way),
               "nothing fits: the smallest way to learn, %s, needs %lld bytes of RAM (net %lld, "
               "scratch %lld, stack %lld)",
               r->way->what, (long long)r->ram, (long long)r->net, (long long)r->scratch, (long long)r->stack);
}

/* ---- the command ---- */

/* A first run with everything learning, for the parameters' names and the user's mistakes. */
static struct product *probe(struct arena *mem, struct diag *d, struct fitting *f, int *code)
{
    struct update *all = NEW(mem, struct update); /* the product keeps it */
    *all = (struct update){.glob = "*", .inputs = 1, .outputs = 1, .loc = {f->request.spec, 0}};
    struct variant v = {.update = all, .nupdate = 1, .any_size = true, .plan_only = true};
    struct request request = f->request;
    request.fastest = true;
    struct product *p = generate(mem, d, &request, &v, code);
    if (p && !p->plan->train) {
        diag_error(d, (struct loc){request.spec, 0}, NULL, "for example: train { loss = \"softmax_cross_entropy\" }",
                   "what-fits needs a spec with train { ... }");
        *code = EXIT_BAD_INPUT;
        return NULL;
    }
    return p;
}

int what_fits(struct arena *mem, struct diag *d, const struct host_options *o)
{
    struct fitting f = {.mem = mem, .request = o->request};
    int code;
    struct product *p = probe(mem, d, &f, &code);
    if (!p)
        return code;
    f.request.dump = NULL;
    f.name = p->spec->name;
    f.budget = p->spec->budget;
    struct parts parts = parts_find(mem, p->graph);
    struct ways ways = ways_find(mem, &parts);
    f.nparam = ways.nparam;
    f.mse = p->spec->train.loss == LOSS_MSE;
    f.weights = p->spec->precision.forward == FORWARD_FLOAT32 ? p->spec->weights : NULL;
    for (int i = 0; i < p->graph->nparam; i++)
        f.integers = f.integers || p->graph->param[i]->quantised;
    struct output *file = report_open(d, &o->report);
    if (!file)
        return EXIT_IO;
    plan_ways(&f, &ways);
    report(&f, &o->report, output_stream(file));
    code = !report_close(d, &o->report, file) ? EXIT_IO : f.nfit ? EXIT_DONE : EXIT_NO_FIT;
    if (code == EXIT_NO_FIT)
        nothing_fits(&f, d);
    return code;
}
