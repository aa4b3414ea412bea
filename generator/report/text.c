#include "report/facts.h"

#include <string.h>

/* A line without the blanks at its end. */
static void put_line(FILE *out, const char *line)
{
    int n = (int)strlen(line);
    while (n > 0 && line[n - 1] == ' ')
        n--;
    fprintf(out, "%.*s\n", n, line);
}

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
static void put_columns(struct arena *m, FILE *out, const char *first, const char *output, const char *const *cell,
                        bool again)
{
    put_line(out,
             arena_format(m, "%-27.27s %-11s %7s %8s%s%s %10s %10s %10s", first, output, cell[0], cell[1],
                          again ? " " : "", again ? arena_format(m, "%7s", cell[2]) : "", cell[3], cell[4], cell[5]));
}

static void put_layer(struct arena *m, const struct layer_row *r, bool again, FILE *out)
{
    const struct val *v = r->out;
    const char *name = arena_format(m, "%c %s", r->trained ? '*' : ' ', r->name);
    const char *cell[] = {macs_text(m, r->forward),  macs_text(m, r->backward), macs_text(m, r->recompute),
                          bytes_text(m, r->weights), bytes_text(m, r->held),    bytes_text(m, r->saved)};
    put_columns(m, out, name, v ? arena_format(m, "%dx%dx%d", v->h, v->w, v->c) : "", cell, again);
}

static void put_layers(const struct product *p, FILE *out)
{
    static const char *const head[] = {"MACs", "backward", "again", "flash", "scratch", "saved"};
    struct arena *m = p->graph->mem;
    int count;
    struct layer_row *rows = layer_rows(m, p, &count), all = {.name = "all"};
    for (int i = 0; i < count; i++) {
        all.forward += rows[i].forward;
        all.backward += rows[i].backward;
        all.recompute += rows[i].recompute;
        all.weights += rows[i].weights;
        all.saved += rows[i].saved;
    }
    bool again = all.recompute > 0;
    fprintf(out, "\n");
    put_columns(m, out, "  layer", "output", head, again);
    for (int i = 0; i < count; i++)
        put_layer(m, &rows[i], again, out);
    put_layer(m, &all, again, out);
    fprintf(out,
            "  * learns.%s  scratch: what its results take in the forward pass;\n"
            "  saved: of that, kept for the backward pass\n",
            again ? "  again: MACs recomputed." : "");
}

/* ---- bytes alive over time ---- */

enum { SPARKS = 88 };

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
    int columns = w->steps < SPARKS ? w->steps : SPARKS;
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
    fprintf(out, "\n  Bytes alive over the %d steps of %s; the peak is step %d, %s of %s:\n", w->steps, w->name,
            w->peak, at->op->name, at->name);
    put_spark(w, m, out);
    for (int i = 0; i < n && i < 8; i++) {
        const struct buffer *b = alive[i].buffer;
        fprintf(out, "  %10s  %-36.36s %s", size_text(m, alive[i].bytes), b->name, kind_name(buffer_kind(w, b)));
        if (buffer_is_ring(b))
            fprintf(out, ", ring of %d of %d rows", b->rows, b->val->h);
        else if (alive[i].bytes < b->bytes)
            fprintf(out, ", %lld of %d rows", (long long)(alive[i].bytes * b->rows / b->bytes), b->rows);
        fprintf(out, "\n");
    }
    int64_t rest = 0;
    for (int i = 8; i < n; i++)
        rest += alive[i].bytes;
    if (n > 8)
        fprintf(out, "  %10s  in %d more\n", size_text(m, rest), n - 8);
}

/* ---- the plans that were worth having ---- */

static void put_front(const struct product *p, FILE *out)
{
    enum { ACROSS = 4 };
    struct arena *m = p->graph->mem;
    const struct program *w = p->plan->train;
    if (!w || p->front.count < 2)
        return;
    int64_t plain = w->macs[0] + w->macs[1];
    struct text t = text_new(m);
    for (int i = 0; i < p->front.count; i++) {
        const struct choice *c = &p->front.choice[i];
        text_put(&t, "%s%c %10s %+5.1f %%",
                 i % ACROSS ? "  "
                 : i        ? "\n  "
                            : "  ",
                 c->taken ? '>' : ' ', size_text(m, c->bytes), 100.0 * (double)c->macs / (double)(plain ? plain : 1));
    }
    fprintf(out, "\n  Plans for --ram or --scratch: bytes of scratch and additional MACs (> is this one)\n%s\n", t.at);
}

/* ---- the whole ---- */

static void put_totals(const struct product *p, FILE *out)
{
    struct arena *m = p->graph->mem;
    const struct plan *q = p->plan;
    const struct program *w = q->train ? q->train : q->predict;
    const struct budget *b = &p->spec->budget;
    const struct placement *placed = q->train ? &q->placed_train : &q->placed_predict;
    int64_t scratch = q->scratch_train > q->scratch_infer ? q->scratch_train : q->scratch_infer;
    fprintf(out, "  RAM    %9lld  = net %lld + scratch %lld + stack %lld", (long long)q->total, (long long)q->net,
            (long long)scratch, (long long)q->stack);
    if (b->ram)
        fprintf(out, "   of %lld (%.1f %%), %lld %s", (long long)b->ram, 100.0 * (double)q->total / (double)b->ram,
                (long long)(q->total > b->ram ? q->total - b->ram : b->ram - q->total),
                q->total > b->ram ? "missing" : "spare");
    fprintf(out, "\n  scratch: %lld bytes alive at most, %s; predict alone takes %lld\n", (long long)q->lower_bound,
            placed->status == PLACED_AT_BOUND ? "the least possible for this schedule"
            : placed->status == PLACED_PROVEN
                ? "the least possible for this schedule (proven)"
                : arena_format(m, "at most %.1f %% above the least possible",
                               100.0 * (double)(placed->arena - placed->proven) / (double)placed->proven),
            (long long)q->scratch_infer);
    fprintf(out, "  flash  %9lld  weights and factory values\n", (long long)plan_flash(q, p->graph));
    fprintf(out, "  MACs   forward %s, backward %s, recomputed %s\n", count_text(m, w->macs[0]),
            count_text(m, w->macs[1]), count_text(m, w->macs[2]));
    int64_t predict, train;
    if (estimate_instructions(p, &predict, &train))
        fprintf(out, "  about  %s instructions a prediction%s on %s\n", count_text(m, predict),
                q->train ? arena_format(m, ", %s a training step", count_text(m, train)) : "", p->target);
    if (q->train)
        fprintf(out, "  learns %lld values in %lld bytes%s\n", (long long)trained_values(p->graph),
                (long long)net_bytes(p->graph, ROLE_TRAINED),
                net_bytes(p->graph, ROLE_STATE)
                    ? arena_format(m, "; %lld bytes of optimiser state and gradients stay with them",
                                   (long long)net_bytes(p->graph, ROLE_STATE))
                    : "");
}

void report_text(const struct product *p, FILE *out, bool verbose)
{
    fprintf(out, "%s: %dx%dx%d -> %d scores\n\n", p->spec->name, p->graph->input->h, p->graph->input->w,
            p->graph->input->c, p->graph->scores->h * p->graph->scores->w * p->graph->scores->c);
    put_totals(p, out);
    put_peak(p, out);
    put_front(p, out);
    put_layers(p, out);
    for (int i = 0; i < p->graph->nnote; i++)
        fprintf(out, "%s  %s\n", i ? "" : "\n", p->graph->note[i]);
    if (verbose)
        fprintf(out, "\n%s", plan_map(p->graph->mem, p->plan->train ? p->plan->train : p->plan->predict));
}
