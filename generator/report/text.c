#include "report/report.h"

#include <stdlib.h>
#include <string.h>

int64_t trained_values(const struct graph *g)
{
    int64_t n = 0;
    for (int i = 0; i < g->nparam; i++)
        if (g->param[i]->trained)
            n += g->param[i]->count;
    return n;
}

/* ---- one row a layer ---- */

struct row {
    const char *name;
    int64_t macs, backward, weights, saved;
    const struct val *out;
    bool trains;
};

/* True if v lives from the forward pass into the backward pass. */
static bool is_saved(const struct graph *g, const struct val *v)
{
    if (!v || v->role != ROLE_TEMP || !v->def || v->def->pass != PASS_FORWARD)
        return false;
    for (int i = 0; i < g->nnode; i++)
        for (int k = 0; g->node[i]->pass == PASS_BACKWARD && k < g->node[i]->nin; k++)
            if (g->node[i]->in[k] == v)
                return true;
    return false;
}

static struct row *row_of(struct row *rows, int *count, const char *name)
{
    for (int i = 0; i < *count; i++)
        if (!strcmp(rows[i].name, name))
            return &rows[i];
    rows[*count] = (struct row){.name = name};
    return &rows[(*count)++];
}

static struct row *layer_rows(struct arena *mem, const struct graph *g, int *count)
{
    struct row *rows = NEW_ARRAY(mem, struct row, g->nnode + 1);
    *count = 0;
    for (int i = 0; i < g->nnode; i++) {
        const struct node *n = g->node[i];
        if (n->pass == PASS_UPDATE || n->pass == PASS_LOSS)
            continue;
        struct row *r = row_of(rows, count, n->name);
        if (n->pass == PASS_BACKWARD) {
            r->backward += node_macs(n);
            continue;
        }
        r->macs += node_macs(n);
        r->out = n->out[0];
        for (int k = 0; k < n->nin; k++)
            if (n->in[k] && val_is_param(n->in[k])) {
                r->weights += param_bytes(n->in[k]);
                r->trains = r->trains || n->in[k]->role == ROLE_TRAINED;
            }
        for (int k = 0; k < n->nout; k++)
            if (is_saved(g, n->out[k]))
                r->saved += val_bytes(n->out[k]);
    }
    return rows;
}

static const char *count_text(struct arena *mem, int64_t n)
{
    if (n == 0)
        return "";
    if (n < 10000)
        return arena_format(mem, "%lld", (long long)n);
    if (n < 10000000)
        return arena_format(mem, "%.0fk", (double)n / 1e3);
    return arena_format(mem, "%.1fM", (double)n / 1e6);
}

static void put_layers(const struct product *p, FILE *out)
{
    struct arena *m = p->graph->mem;
    int count;
    struct row *rows = layer_rows(m, p->graph, &count);
    fprintf(out, "\n  %-26s %-14s %8s %8s %9s %9s\n", "layer", "output", "MACs", "backward", "weights",
            "saved");
    for (int i = 0; i < count; i++) {
        const struct row *r = &rows[i];
        char shape[32] = "";
        if (r->out)
            snprintf(shape, sizeof shape, "%dx%dx%d", r->out->h, r->out->w, r->out->c);
        fprintf(out, "%c %-26.26s %-14s %8s %8s %9s %9s\n", r->trains ? '*' : ' ', r->name, shape,
                count_text(m, r->macs), count_text(m, r->backward),
                r->weights ? size_text(m, r->weights) : "", r->saved ? size_text(m, r->saved) : "");
    }
    fprintf(out, "  (* learns; saved: kept by the forward pass for the backward pass)\n");
}

/* ---- the peak ---- */

static int by_size(const void *a, const void *b)
{
    const struct buffer *const *x = a, *const *y = b;
    if ((*x)->bytes != (*y)->bytes)
        return (*x)->bytes > (*y)->bytes ? -1 : 1;
    return (*x)->id - (*y)->id;
}

static void put_peak(const struct product *p, FILE *out)
{
    const struct program *w = p->plan->train && p->plan->scratch_train >= p->plan->scratch_infer
                                  ? p->plan->train
                                  : p->plan->predict;
    struct arena *m = p->graph->mem;
    struct buffer **alive = NEW_ARRAY(m, struct buffer *, w->nbuffer);
    int n = 0;
    for (int i = 0; i < w->nbuffer; i++)
        if (w->buffer[i]->first <= w->peak && w->peak < w->buffer[i]->last)
            alive[n++] = w->buffer[i];
    qsort(alive, (size_t)n, sizeof *alive, by_size);
    fprintf(out, "\n  At the peak (step %d of %d of %s) these are alive:\n", w->peak, w->steps, w->name);
    for (int i = 0; i < n && i < 8; i++)
        fprintf(out, "    %10s  %s%s\n", size_text(m, alive[i]->bytes), alive[i]->name,
                alive[i]->full ? "" : " (ring)");
    if (n > 8)
        fprintf(out, "                and %d more\n", n - 8);
}

static void put_totals(const struct product *p, FILE *out)
{
    struct arena *m = p->graph->mem;
    const struct plan *q = p->plan;
    const struct program *w = q->train ? q->train : q->predict;
    const struct budget *b = &p->spec->budget;
    static const char *const status[] = {"the least possible for this schedule",
                                         "the least possible for this schedule (proven)", "not proven least"};
    int64_t scratch = q->scratch_train > q->scratch_infer ? q->scratch_train : q->scratch_infer;
    const struct placement *placed = q->train ? &q->placed_train : &q->placed_predict;
    fprintf(out, "  RAM    %8lld  = net %lld + scratch %lld + stack %lld", (long long)q->total,
            (long long)q->net, (long long)scratch, (long long)q->stack);
    if (b->ram)
        fprintf(out, "   of %lld (%.1f %%), %lld spare", (long long)b->ram,
                100.0 * (double)q->total / (double)b->ram, (long long)(b->ram - q->total));
    fprintf(out, "\n  scratch: %lld bytes alive at most, %s; predict alone takes %lld\n",
            (long long)q->lower_bound, status[placed->status], (long long)q->scratch_infer);
    fprintf(out, "  flash  %8lld  weights and factory values\n", (long long)q->flash_weights);
    fprintf(out, "  MACs   forward %s, backward %s, recomputed %s\n", count_text(m, w->macs[0]),
            w->macs[1] ? count_text(m, w->macs[1]) : "0", w->macs[2] ? count_text(m, w->macs[2]) : "0");
    if (q->train)
        fprintf(out, "  learns %lld values\n", (long long)trained_values(p->graph));
}

void report_text(const struct product *p, FILE *out, bool verbose)
{
    fprintf(out, "%s: %dx%dx%d -> %d scores\n\n", p->spec->name, p->graph->input->h, p->graph->input->w,
            p->graph->input->c, p->graph->scores->h * p->graph->scores->w * p->graph->scores->c);
    put_totals(p, out);
    put_peak(p, out);
    put_layers(p, out);
    if (verbose)
        fprintf(out, "\n%s", plan_map(p->graph->mem, p->plan->train ? p->plan->train : p->plan->predict));
}
