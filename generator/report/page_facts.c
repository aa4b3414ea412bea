/* SPDX-License-Identifier: MIT */
/* What the page knows beside the report's keys: all plans to choose from with their buffers, as short as can be.
 *
 *     tensors   [name, layer, h, w, c, type]          layer: its place in costs, or -1
 *     kernels   [name, operator, layers]
 *     plans     {ram, net, stack, scratch, work, recompute, taken, train, predict, rows, kept, kernels}
 *         train, predict   {arena, peak, bound, layer, sweeps, buffers, alive}
 *             sweeps       [first step, share of the width, pass]
 *             buffers      [tensor, kind, ring, offset, bytes, rows, first, last, stretches of rows]
 *                          a stretch: rows, births and deaths of its first and last row
 *             alive        [buffer, bytes] at the peak
 *         rows             [recompute, scratch, saved] of each layer
 *         kept             [tensor, bytes, why, layer that reads it]
 *         kernels          [kernel, then for predict and train: calls, MACs, instructions]  */
#include "report/picture.h"

#include <cjson/cJSON.h>
#include <stdlib.h>
#include <string.h>

enum { MOST_PLANS = 9, MOST_BYTES = 215000 };

struct writer {
    struct text *t;
    const struct product *product;
    struct arena *mem;
    int *tensor, ntensor; /* by id of the val: its number, from 1 */
    const struct val **val;
    const char **kernel, **op, **users;
    int nkernel;
    struct layer_row *layers;
    int nlayer;
};

static const char *quoted(struct arena *mem, const char *words)
{
    cJSON *string = cJSON_CreateString(words);
    char *text = cJSON_PrintUnformatted(string), *kept = arena_string(mem, text);
    cJSON_free(text);
    cJSON_Delete(string);
    return kept;
}

static const char *comma(int i)
{
    return i ? "," : "";
}

static int tensor_number(struct writer *w, const struct val *v)
{
    if (!w->tensor[v->id]) {
        w->val[w->ntensor] = v;
        w->tensor[v->id] = ++w->ntensor;
    }
    return w->tensor[v->id] - 1;
}

static int layer_place(const struct writer *w, const char *name)
{
    for (int i = 0; i < w->nlayer; i++)
        if (!strcmp(w->layers[i].name, name))
            return i;
    return -1;
}

static int kernel_number(struct writer *w, const struct kernel_work *k)
{
    for (int i = 0; i < w->nkernel; i++)
        if (!strcmp(w->kernel[i], k->name))
            return i;
    w->kernel[w->nkernel] = k->name;
    w->op[w->nkernel] = k->op;
    w->users[w->nkernel] = k->users;
    return w->nkernel++;
}

/* ---- programs ---- */

/* True if rows from..to come and go at a steady pace, give or take `most` steps. */
static bool is_steady(const struct buffer *b, int from, int to, int most)
{
    for (int i = from + 1; i < to; i++) {
        int birth = b->birth[from] + (int)((int64_t)(b->birth[to] - b->birth[from]) * (i - from) / (to - from));
        int death = b->death[from] + (int)((int64_t)(b->death[to] - b->death[from]) * (i - from) / (to - from));
        if (abs(birth - b->birth[i]) > most || abs(death - b->death[i]) > most)
            return false;
    }
    return true;
}

static void put_stretches(struct text *t, const struct buffer *b, int most)
{
    int rows = b->full ? b->rows : 1;
    if (rows == 1)
        return;
    text_put(t, ",[");
    for (int from = 0, to; from < rows; from = to + 1) {
        for (to = from; to + 1 < rows && is_steady(b, from, to + 1, most);)
            to++;
        text_put(t, "%s%d,%d,%d,%d,%d", comma(from), to - from + 1, b->birth[from], b->birth[to], b->death[from],
                 b->death[to]);
    }
    text_put(t, "]");
}

static void put_buffers(struct writer *w, const struct program *p)
{
    for (int i = 0; i < p->nbuffer; i++) {
        const struct buffer *b = p->buffer[i];
        text_put(w->t, "%s[%d,%d,%d,%lld,%lld,%d,%d,%d", comma(i), tensor_number(w, b->tail->val), buffer_kind(p, b),
                 buffer_is_ring(b), (long long)b->offset, (long long)b->bytes, b->rows, b->first, b->last);
        put_stretches(w->t, b, p->steps / 500);
        text_put(w->t, "]");
    }
}

static int buffer_number(const struct program *p, const struct buffer *b)
{
    int i = 0;
    while (p->buffer[i] != b)
        i++;
    return i;
}

static void put_program(struct writer *w, const struct program *p)
{
    enum pass pass = PASS_FORWARD;
    int count = 0;
    struct living *alive = p->steps ? buffers_alive(w->mem, p, p->peak, &count) : NULL;
    text_put(w->t, "{\"arena\":%lld,\"peak\":%d,\"bound\":%lld,\"steps\":%d,\"layer\":%s,\"sweeps\":[",
             (long long)p->arena, p->peak, (long long)p->bound, p->steps,
             quoted(w->mem, p->steps ? node_at(p, p->peak)->name : ""));
    for (int i = 0; i < p->nsweep; i++) {
        pass = axis_pass(&p->sweep[i], pass);
        text_put(w->t, "%s%d,%lld,%d", comma(i), p->sweep[i].first, (long long)panel_share(&p->sweep[i]), (int)pass);
    }
    text_put(w->t, "],\"buffers\":[");
    put_buffers(w, p);
    text_put(w->t, "],\"alive\":[");
    for (int i = 0; i < count; i++)
        text_put(w->t, "%s%d,%lld", comma(i), buffer_number(p, alive[i].buffer), (long long)alive[i].bytes);
    text_put(w->t, "]}");
}

/* ---- plans ---- */

static void put_rows(struct writer *w, const struct plan *q)
{
    struct product p = *w->product;
    p.plan = (struct plan *)(uintptr_t)q;
    int count, nkept;
    struct layer_row *rows = layer_rows(w->mem, &p, &count);
    struct kept *kept = kept_list(w->mem, q->train ? q->train : q->predict, &nkept);
    text_put(w->t, ",\"rows\":[");
    for (int i = 0; i < w->nlayer; i++)
        text_put(w->t, "%s%lld,%lld,%lld", comma(i), (long long)rows[i].recompute, (long long)rows[i].held,
                 (long long)rows[i].saved);
    text_put(w->t, "],\"kept\":[");
    for (int i = 0; i < nkept; i++)
        text_put(w->t, "%s[%d,%lld,\"%s\",%d]", comma(i), tensor_number(w, kept[i].val), (long long)kept[i].bytes,
                 kept[i].why, layer_place(w, kept[i].reader));
    text_put(w->t, "]");
}

static void put_kernels(struct writer *w, const struct plan *q)
{
    int count;
    const struct kernel_work *k = kernel_works(w->mem, price_anyhow(w->product->target), q, &count);
    text_put(w->t, ",\"kernels\":[");
    for (int i = 0; i < count; i++) {
        text_put(w->t, "%s[%d", comma(i), kernel_number(w, &k[i]));
        for (int j = 0; j < 2; j++)
            text_put(w->t, ",%d,%lld,%lld", k[i].calls[j], (long long)k[i].macs[j], (long long)k[i].work[j] / 100);
        text_put(w->t, "]");
    }
    text_put(w->t, "]");
}

static void put_plan(struct writer *w, const struct offer *x)
{
    const struct plan *q = x->plan;
    text_put(w->t,
             "{\"ram\":%lld,\"net\":%lld,\"stack\":%lld,\"scratch\":%lld,\"work\":%lld,\"recompute\":%lld,"
             "\"taken\":%s,\"predict\":",
             (long long)q->total, (long long)q->net, (long long)q->stack, (long long)x->scratch,
             (long long)x->work / 100, (long long)x->macs, x->taken ? "true" : "false");
    put_program(w, q->predict);
    if (q->train) {
        text_put(w->t, ",\"train\":");
        put_program(w, q->train);
    }
    put_rows(w, q);
    put_kernels(w, q);
    text_put(w->t, "}\n");
}

/* True if plan i of `count` is one of so many, evenly, or the taken one. */
static bool is_shown(const struct offers *f, int i, int most)
{
    return f->list[i].taken || most >= f->count || i == 0 || i == f->count - 1 ||
           i * (most - 1) / (f->count - 1) != (i - 1) * (most - 1) / (f->count - 1);
}

static void put_names(struct writer *w)
{
    text_put(w->t, "],\"tensors\":[");
    for (int i = 0; i < w->ntensor; i++) {
        const struct val *v = w->val[i];
        text_put(w->t, "%s[%s,%d,%d,%d,%d,\"%s\"]", comma(i), quoted(w->mem, v->name),
                 v->def ? layer_place(w, v->def->name) : -1, v->h, v->w, v->c, type_name(v->type));
    }
    text_put(w->t, "],\"kernels\":[");
    for (int i = 0; i < w->nkernel; i++)
        text_put(w->t, "%s[%s,\"%s\",%s]", comma(i), quoted(w->mem, w->kernel[i]), w->op[i],
                 quoted(w->mem, w->users[i]));
    text_put(w->t, "]");
}

static void put_plans(struct text *t, const struct product *p, int most)
{
    enum { KERNELS = 4 }; /* more than a node has in different plans */
    struct arena *mem = t->mem;
    const struct offers *f = &p->offers;
    int nval = p->graph->nval, nkernel = KERNELS * f->count * (p->graph->nnode + 1);
    struct writer w = {.t = t, .product = p, .mem = mem};
    w.tensor = NEW_ARRAY(mem, int, nval + 1);
    w.val = NEW_ARRAY(mem, const struct val *, nval + 1);
    w.kernel = NEW_ARRAY(mem, const char *, nkernel);
    w.op = NEW_ARRAY(mem, const char *, nkernel);
    w.users = NEW_ARRAY(mem, const char *, nkernel);
    w.layers = layer_rows(mem, p, &w.nlayer);
    text_put(t, "\"plans\":[");
    for (int i = 0, n = 0; i < f->count; i++)
        if (is_shown(f, i, most)) {
            text_put(t, "%s", comma(n++));
            put_plan(&w, &f->list[i]);
        }
    put_names(&w);
}

/* The report's own keys, then these. */
static struct text page_facts(const struct product *p, int most)
{
    struct text t = text_new(p->graph->mem);
    cJSON *root = plan_json(p, false);
    cJSON_AddStringToObject(root, "priced", price_anyhow(p->target)->target);
    cJSON_AddNumberToObject(root, "least_work", (double)p->offers.least / 100);
    cJSON_AddNumberToObject(root, "learnt_state", (double)net_bytes(p->graph, ROLE_STATE));
    char *text = cJSON_PrintUnformatted(root);
    text_bytes(&t, text, strlen(text) - 1);
    text_put(&t, ",");
    put_plans(&t, p, most);
    text_put(&t, "}");
    cJSON_free(text);
    cJSON_Delete(root);
    return t;
}

void report_plan_page(const struct product *p, FILE *out)
{
    int most = MOST_PLANS;
    struct text t = page_facts(p, most);
    while (t.length > MOST_BYTES && most > 2)
        t = page_facts(p, --most);
    fputs(emit_page(t.mem, "plan", p->spec->name, t.at), out);
}
