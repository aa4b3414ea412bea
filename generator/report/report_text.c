/* SPDX-License-Identifier: MIT */
#include "base/screen.h"
#include "base/table.h"
#include "report/facts.h"

/* ---- one line a layer ---- */

static const char *macs_text(struct arena *mem, int64_t n)
{
    return n ? count_text(mem, n) : "";
}

static const char *bytes_text(struct arena *mem, int64_t n)
{
    return n ? size_text(mem, n) : "";
}

/* The column `again` is there only where something is recomputed. */
static void put_layer(struct table *t, const struct layer_row *r, bool again)
{
    struct arena *m = t->mem;
    const struct val *v = r->out;
    const char *cell[TABLE_COLUMNS] = {arena_format(m, "%c %s", r->trained ? '*' : ' ', r->name),
                                       v ? arena_format(m, "%dx%dx%d", v->h, v->w, v->c) : "", macs_text(m, r->forward),
                                       macs_text(m, r->backward)};
    int n = 4;
    if (again)
        cell[n++] = macs_text(m, r->recompute);
    cell[n++] = bytes_text(m, r->weights);
    cell[n++] = bytes_text(m, r->held);
    cell[n++] = bytes_text(m, r->saved);
    table_row(t, cell, NULL);
}

static void put_layers(const struct product *p, FILE *out)
{
    static const struct table_column columns[] = {{"  layer", true, 0},   {"output", true, 1}, {"MACs", false, 2},
                                                  {"backward", false, 3}, {"flash", false, 4}, {"scratch", false, 0},
                                                  {"saved", false, 0}};
    static const struct table_column more[] = {{"  layer", true, 0},   {"output", true, 1}, {"MACs", false, 2},
                                               {"backward", false, 4}, {"again", false, 3}, {"flash", false, 5},
                                               {"scratch", false, 0},  {"saved", false, 0}};
    int count;
    struct layer_row *rows = layer_rows(p->graph->mem, p, &count), all = {.name = "all"};
    for (int i = 0; i < count; i++) {
        all.forward += rows[i].forward;
        all.backward += rows[i].backward;
        all.recompute += rows[i].recompute;
        all.weights += rows[i].weights;
        all.saved += rows[i].saved;
    }
    bool again = all.recompute > 0;
    struct table t = table_new(p->graph->mem, again ? more : columns, again ? 8 : 7);
    for (int i = 0; i < count; i++)
        put_layer(&t, &rows[i], again);
    put_layer(&t, &all, again);
    fprintf(out, "\n");
    table_put(&t, out, 0);
    wrap_put(out, 2,
             "  * learns.%s  scratch: what its results take in the forward pass;  saved: of that, kept for the "
             "backward pass",
             again ? "  again: MACs recomputed." : "");
}

/* ---- bytes alive over time ---- */

/* One character for each stretch of time, as high as the most bytes alive in it. */
static void put_spark(const struct program *w, struct arena *mem, FILE *out)
{
    static const char *const level[] = {" ",
                                        "\xE2\x96\x81",
                                        "\xE2\x96\x82",
                                        "\xE2\x96\x83",
                                        "\xE2\x96\x84",
                                        "\xE2\x96\x85",
                                        "\xE2\x96\x86",
                                        "\xE2\x96\x87",
                                        "\xE2\x96\x88"};
    int64_t *alive = alive_by_kind(mem, w);
    int room = screen_width(out) - 4, columns = w->steps < room ? w->steps : room;
    fprintf(out, "  [");
    for (int i = 0; i < columns; i++) {
        int64_t most = 0;
        for (int s = (int)((int64_t)i * w->steps / columns); s < (int64_t)(i + 1) * w->steps / columns; s++) {
            int64_t sum = 0;
            for (int k = 0; k < KINDS; k++)
                sum += alive[s * KINDS + k];
            most = sum > most ? sum : most;
        }
        fprintf(out, "%s", level[(most * 8 + w->bound - 1) / (w->bound ? w->bound : 1)]);
    }
    fprintf(out, "]\n");
}

static void put_peak(const struct product *p, FILE *out)
{
    const struct program *w = largest_program(p->plan);
    struct arena *m = p->graph->mem;
    int n;
    struct living *alive = buffers_alive(m, w, w->peak, &n);
    const struct node *at = node_at(w, w->peak);
    fprintf(out, "\n");
    wrap_put(out, 4, "  Bytes alive over the %d steps of %s; the peak is step %d, %s of %s:", w->steps, w->name,
             w->peak, at->op->name, at->name);
    put_spark(w, m, out);
    for (int i = 0; i < n && i < 8; i++) {
        const struct buffer *b = alive[i].buffer;
        const char *rows = "";
        if (buffer_is_ring(b))
            rows = arena_format(m, ", ring of %d of %d rows", b->rows, b->val->h);
        else if (alive[i].bytes < b->bytes)
            rows = arena_format(m, ", %lld of %d rows", (long long)(alive[i].bytes * b->rows / b->bytes), b->rows);
        wrap_put(out, 14, "  %10s  %-32s %s%s", size_text(m, alive[i].bytes), b->name, kind_name(buffer_kind(w, b)),
                 rows);
    }
    int64_t rest = 0;
    for (int i = 8; i < n; i++)
        rest += alive[i].bytes;
    if (n > 8)
        fprintf(out, "  %10s  in %d more\n", size_text(m, rest), n - 8);
}

/* ---- the plans that were worth having ---- */

static void put_offers(const struct product *p, FILE *out)
{
    struct arena *m = p->graph->mem;
    const struct offers *f = &p->offers;
    int across = screen_width(out) / 26;
    double fastest = f->least ? (double)f->least : 1;
    struct text t = text_new(m);
    for (int i = 0; i < f->count; i++) {
        const struct offer *x = &f->list[i];
        text_put(&t, "%s%c %10s %+6.1f %%", i % across || !i ? "  " : "\n  ", x->taken ? '>' : ' ',
                 size_text(m, x->ram), 100.0 * (double)(x->work - f->least) / fastest);
    }
    fprintf(out, "\n");
    wrap_put(out, 4, "  Plans for --ram: bytes of RAM, work above the fastest (> is this one)");
    fprintf(out, "%s\n", t.at);
}

/* ---- the whole ---- */

static void put_flash(const struct product *p, FILE *out, int indent)
{
    struct arena *m = p->graph->mem;
    const struct plan *q = p->plan;
    const char *copies = "";
    if (q->copies.count)
        copies = arena_format(m, ", %lld of them second copies of %d weights, which save about %s instructions a step",
                              (long long)q->copies.bytes, q->copies.count, count_text(m, q->copies.saved));
    wrap_put(out, indent, "  flash  %9lld  weights and factory values%s", (long long)plan_flash(q, p->graph), copies);
}

static void put_totals(const struct product *p, FILE *out)
{
    enum { INDENT = 9, RAM_INDENT = 22 };
    struct arena *m = p->graph->mem;
    const struct plan *q = p->plan;
    const struct program *w = q->train ? q->train : q->predict;
    const struct budget *b = &p->spec->budget;
    const struct placement *placed = q->train ? &q->placed_train : &q->placed_predict;
    int64_t scratch = q->scratch_train > q->scratch_infer ? q->scratch_train : q->scratch_infer;
    const char *of = "";
    if (b->ram)
        of = arena_format(m, "\nof %lld (%.1f %%), %lld %s", (long long)b->ram,
                          100.0 * (double)q->total / (double)b->ram,
                          (long long)(q->total > b->ram ? q->total - b->ram : b->ram - q->total),
                          q->total > b->ram ? "missing" : "spare");
    wrap_put(out, RAM_INDENT, "  RAM    %9lld  = net %lld + scratch %lld + stack %lld%s", (long long)q->total,
             (long long)q->net, (long long)scratch, (long long)q->stack, of);
    wrap_put(out, INDENT, "  scratch: %lld bytes alive at most, %s; predict alone takes %lld",
             (long long)q->lower_bound,
             placed->status == PLACED_AT_BOUND ? "the least possible for this schedule"
             : placed->status == PLACED_PROVEN
                 ? "the least possible for this schedule (proven)"
                 : arena_format(m, "at most %.1f %% above the least possible",
                                100.0 * (double)(placed->arena - placed->proven) / (double)placed->proven),
             (long long)q->scratch_infer);
    put_flash(p, out, INDENT);
    const struct flash_store *s = &p->spec->store;
    if (s->slots)
        fprintf(out, "  store  %9lld  %lld slots of flash; a save has %lld of %lld bytes\n",
                (long long)(s->slots * s->slot), (long long)s->slots,
                (long long)saved_bytes(p->graph->mem, p->graph, q), (long long)s->slot);
    if (p->halves)
        wrap_put(out, INDENT,
                 "  replay %9lld  what is remembered of %d samples, %lld each, behind '%s'; of the scratch %lld make "
                 "it, %lld learn from it, %lld predict from it",
                 (long long)halves_reservoir(p->halves, p->spec->replay.samples), p->spec->replay.samples,
                 (long long)halves_latent(p->halves), p->spec->replay.at, (long long)q->latent_scratch,
                 (long long)plan_latent_scratch(q, q->train, p->halves),
                 (long long)plan_latent_scratch(q, q->predict, p->halves));
    wrap_put(out, INDENT, "  MACs   forward %s, backward %s, recomputed %s", count_text(m, plan_forward(q)),
             count_text(m, w->macs[1]), count_text(m, w->macs[2]));
    int64_t predict, train;
    if (estimate_instructions(p, &predict, &train))
        wrap_put(out, INDENT, "  about  %s instructions a prediction%s on %s", count_text(m, predict),
                 q->train ? arena_format(m, ", %s a training step", count_text(m, train)) : "", p->target);
    if (q->train)
        wrap_put(out, INDENT, "  learns %lld values in %lld bytes%s", (long long)trained_values(p->graph),
                 (long long)net_bytes(p->graph, ROLE_TRAINED),
                 net_bytes(p->graph, ROLE_STATE)
                     ? arena_format(m, "; %lld bytes of optimiser state and gradients stay with them",
                                    (long long)net_bytes(p->graph, ROLE_STATE))
                     : "");
}

void report_text(const struct product *p, FILE *out, bool verbose)
{
    const struct val *scores = p->graph->scores;
    struct shape in = image_shape(p->graph);
    wrap_put(out, 4, "%s: %dx%dx%d -> %d scores\n", p->spec->name, in.h, in.w, in.c, scores->h * scores->w * scores->c);
    put_totals(p, out);
    put_peak(p, out);
    put_offers(p, out);
    put_layers(p, out);
    for (int i = 0; i < p->graph->nnote; i++) {
        fputs(i ? "" : "\n", out);
        wrap_put(out, 4, "  %s", p->graph->note[i]);
    }
    if (verbose)
        fprintf(out, "\n%s",
                plan_map(p->graph->mem, p->plan->train ? p->plan->train : p->plan->predict, screen_width(out)));
}
