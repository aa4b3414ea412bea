/* SPDX-License-Identifier: MIT */
#include "plan/plan.h"
#include "schedule/order.h"

#include <stdlib.h>

int64_t param_bytes(const struct val *v)
{
    int64_t bytes = (int64_t)v->c * v->h * v->w * type_bits(v->type) / 8;
    return v->role == ROLE_FROZEN ? bytes : (bytes + 3) / 4 * 4; /* a net is a row of 32-bit words */
}

int64_t flash_bytes(struct arena *mem, const struct val *v)
{
    return v->role == ROLE_TRAINED ? param_factory_bytes(mem, v) : param_bytes(v);
}

static void mark_read(bool *read, const struct program *p)
{
    for (int s = 0; p && s < p->nsweep; s++)
        for (int i = 0; i < p->sweep[s].ntask; i++) {
            const struct node *n = p->sweep[s].task[i].node;
            for (int k = 0; k < n->nin; k++)
                if (n->in[k] && n->in[k]->role == ROLE_FROZEN)
                    read[n->in[k]->id] = true;
        }
}

void mark_stored(bool *stored, const struct graph *g, const struct plan *p)
{
    mark_read(stored, p->latent);
    mark_read(stored, p->predict);
    mark_read(stored, p->train);
    for (int i = 0; i < g->nval; i++)
        if (g->val[i]->role == ROLE_TRAINED)
            stored[i] = !param_zero(g->val[i]->param);
}

int64_t plan_flash(const struct plan *p, const struct graph *g)
{
    struct arena *mem = arena_new();
    bool *stored = NEW_ARRAY(mem, bool, g->nval);
    int64_t bytes = 0;
    mark_stored(stored, g, p);
    for (int i = 0; i < g->nval; i++)
        bytes += stored[i] ? flash_bytes(mem, g->val[i]) : 0;
    arena_free(mem);
    return bytes;
}

/* ---- placing ---- */

static void reverse_time(struct arena *mem, struct block *b)
{
    int *birth = NEW_ARRAY(mem, int, b->parts), *death = NEW_ARRAY(mem, int, b->parts);
    for (int i = 0; i < b->parts; i++) {
        birth[i] = -b->death[i];
        death[i] = -b->birth[i];
    }
    b->birth = birth;
    b->death = death;
}

static void refuse_clashes(const struct block *block, int count)
{
    int a, b;
    if (place_check(block, count, BUFFER_ALIGNMENT, &a, &b))
        return;
    fprintf(stderr, "plan: blocks %d and %d overlap\n", a, b);
    abort();
}

/* A mistake of the schedule, found before a byte is placed. */
static void refuse_gaps(const struct program *p)
{
    struct arena *mem = arena_new();
    check_passed("schedule", p ? program_check(mem, p) : NULL);
    arena_free(mem);
}

static struct placement place_program(struct program *p, struct effort e)
{
    struct arena *mem = arena_new();
    struct block *block = NEW_ARRAY(mem, struct block, p->nbuffer);
    for (int i = 0; i < p->nbuffer; i++)
        block[i] = buffer_block(mem, p->buffer[i]);
    struct placement placed = place_within(mem, block, p->nbuffer, BUFFER_ALIGNMENT, e.enough, e.trials);
    refuse_clashes(block, p->nbuffer);
    for (int i = 0; i < p->nbuffer; i++)
        p->buffer[i]->offset = block[i].offset;
    p->arena = placed.arena;
    arena_free(mem);
    return placed;
}

/* An image that lives in scratch has one place in both programs.  They are placed together on one
 * time axis, predict running backwards from the image's birth and train forwards:
 *
 *     predict, last step ... first step | train, first step ... last step
 *                        ============ last row of the image ====
 *                            ===== first row ===== */
static struct placement place_together(struct arena *mem, struct program *predict, struct program *train,
                                       struct effort e)
{
    int np = predict->nbuffer, nt = train->nbuffer, n = 0;
    struct block *block = NEW_ARRAY(mem, struct block, np + nt);
    struct buffer **of = NEW_ARRAY(mem, struct buffer *, np + nt);
    for (int i = 1; i < np; i++) { /* buffer 0 is the image in both */
        block[n] = buffer_block(mem, predict->buffer[i]);
        reverse_time(mem, &block[n]);
        of[n++] = predict->buffer[i];
    }
    int image = n, rows = train->buffer[0]->rows;
    int *birth = NEW_ARRAY(mem, int, rows), *death = NEW_ARRAY(mem, int, rows);
    for (int y = 0; y < rows; y++) {
        birth[y] = -predict->buffer[0]->death[y];
        death[y] = train->buffer[0]->death[y];
    }
    block[n] = (struct block){.size = train->buffer[0]->bytes, .parts = rows, .birth = birth, .death = death};
    of[n++] = train->buffer[0];
    for (int i = 1; i < nt; i++) {
        block[n] = buffer_block(mem, train->buffer[i]);
        of[n++] = train->buffer[i];
    }
    struct placement placed = place_within(mem, block, n, BUFFER_ALIGNMENT, e.enough, e.trials);
    refuse_clashes(block, n);
    for (int i = 0; i < n; i++)
        of[i]->offset = block[i].offset;
    predict->buffer[0]->offset = block[image].offset;
    for (int i = 0; i < np; i++)
        if (predict->arena < predict->buffer[i]->offset + predict->buffer[i]->bytes)
            predict->arena = predict->buffer[i]->offset + predict->buffer[i]->bytes;
    train->arena = placed.arena;
    return placed;
}

/* ---- the whole ---- */

static int64_t max(int64_t a, int64_t b)
{
    return a > b ? a : b;
}

int64_t plan_latent_at(const struct program *p)
{
    return (max(p->arena, BUFFER_ALIGNMENT) + BUFFER_ALIGNMENT - 1) / BUFFER_ALIGNMENT * BUFFER_ALIGNMENT;
}

int64_t plan_latent_scratch(const struct plan *p, const struct program *of, const struct halves *h)
{
    return p->stream.bytes + plan_latent_at(of) + (h->latent->type == F32 ? h->tail->held : 0);
}

int64_t plan_forward(const struct plan *p)
{
    return (p->train ? p->train : p->predict)->macs[0] + (p->latent ? p->latent->macs[0] : 0);
}

static int64_t scratch_bytes(const struct graph *g, const struct program *p)
{
    return g->held ? plan_latent_at(p) + g->held : max(p->arena, BUFFER_ALIGNMENT);
}

/* A call that runs a half is one deeper. */
static int64_t deeper(int64_t tail, int64_t head)
{
    enum { CALL_BYTES = 48 };
    return max(tail, head) + CALL_BYTES;
}

static struct longest longer(struct longest a, struct longest b)
{
    return a.macs >= b.macs ? a : b;
}

void plan_join(struct plan *p, const struct plan *head)
{
    p->latent = head->predict;
    p->latent_scratch = head->scratch_infer;
    p->placed_latent = head->placed_predict;
    p->image_offset = head->image_offset;
    p->stream = head->stream; /* before both */
    p->scratch_train = max(head->scratch_infer, p->stream.bytes + max(p->scratch_train, p->scratch_infer));
    p->scratch_infer = max(head->scratch_infer, p->stream.bytes + p->scratch_infer);
    p->stacks = (struct stack_bounds){
        deeper(p->stacks.optimised, head->stacks.optimised), deeper(p->stacks.unoptimised, head->stacks.unoptimised),
        deeper(p->stacks.wide, head->stacks.wide), deeper(p->stacks.vector, head->stacks.vector)};
    p->stack = p->stacks.optimised;
    p->total = p->net + p->scratch_train + p->stack;
    p->longest = longer(p->longest, head->longest);
}

struct plan *plan_make(struct arena *mem, const struct graph *g, struct program *predict, struct program *train,
                       struct effort e)
{
    refuse_gaps(predict);
    refuse_gaps(train);
    struct plan *p = NEW(mem, struct plan);
    *p = (struct plan){
        .predict = predict, .train = train, .stacks = stack_bounds(g, predict, train), .net = NET_FIELDS_BYTES};
    p->stack = p->stacks.optimised;
    p->longest = longer(program_longest(predict), train ? program_longest(train) : (struct longest){0, NULL});
    if (train && g->spec->input.in_scratch) {
        p->placed_predict = p->placed_train = place_together(mem, predict, train, e);
    } else {
        p->placed_predict = place_program(predict, e);
        if (train)
            p->placed_train = place_program(train, e);
    }
    if (g->spec->input.streamed)
        plan_stream(p, g);
    p->scratch_infer = p->stream.bytes + scratch_bytes(g, predict);
    p->scratch_train = train ? p->stream.bytes + scratch_bytes(g, train) : p->scratch_infer;
    p->lower_bound =
        p->stream.bytes + (train ? max(p->placed_train.bound, p->placed_predict.bound) : p->placed_predict.bound);
    p->image_offset = g->spec->input.in_scratch ? predict->buffer[0]->offset : 0;
    for (int i = 0; i < g->nval; i++) {
        const struct val *v = g->val[i];
        if (v->role == ROLE_TRAINED || v->role == ROLE_STATE)
            p->net += param_bytes(v);
    }
    p->total = p->net + max(p->scratch_train, p->scratch_infer) + p->stack;
    return p;
}

/* ---- when it does not fit ---- */

static int64_t bytes_alive(const struct buffer *b, int step)
{
    int parts = b->full ? b->rows : 1, alive = 0;
    for (int y = 0; y < parts; y++)
        alive += b->birth[y] <= step && step < b->death[y];
    return b->bytes / parts * alive;
}

static int most_first(const void *a, const void *b)
{
    const struct living *x = a, *y = b;
    if (x->bytes != y->bytes)
        return x->bytes > y->bytes ? -1 : 1;
    return x->buffer->id - y->buffer->id;
}

struct living *buffers_alive(struct arena *mem, const struct program *w, int step, int *count)
{
    struct living *list = NEW_ARRAY(mem, struct living, w->nbuffer + 1);
    *count = 0;
    for (int i = 0; i < w->nbuffer; i++) {
        int64_t bytes = bytes_alive(w->buffer[i], step);
        if (bytes)
            list[(*count)++] = (struct living){w->buffer[i], bytes};
    }
    qsort(list, (size_t)*count, sizeof *list, most_first);
    return list;
}

/* The node that runs at a step. */
const struct node *node_at(const struct program *w, int step)
{
    int s = w->nsweep - 1;
    while (s > 0 && w->sweep[s].first > step)
        s--;
    const struct sweep *at = &w->sweep[s];
    int i = step - at->first;
    return at->task[at->step[i < at->nstep ? i : at->nstep - 1].task].node;
}

/* "d.blocks.1.pointwise1 128.0 KiB, ...": who lives at the peak, the largest first. */
static char *at_peak(struct arena *mem, const struct program *p)
{
    struct text t = text_new(mem);
    int n;
    struct living *alive = buffers_alive(mem, p, p->peak, &n);
    for (int i = 0; i < n && i < 4; i++)
        text_put(&t, "%s%s %s", i ? ", " : "", alive[i].buffer->name, size_text(mem, alive[i].bytes));
    if (n > 4)
        text_put(&t, ", and %d more", n - 4);
    return t.at;
}

bool plan_within(const struct plan *p, const struct budget *b)
{
    return (!b->ram || p->total <= b->ram) && (!b->scratch || p->scratch_train <= b->scratch);
}

static bool flash_fits(const struct plan *p, const struct graph *g)
{
    int64_t most = g->spec->budget.flash;
    return !most || plan_flash(p, g) <= most;
}

static bool yields_in_time(const struct plan *p, const struct budget *b)
{
    return !b->yield || p->longest.macs <= b->yield;
}

bool plan_fits(const struct plan *p, const struct graph *g)
{
    return plan_within(p, &g->spec->budget) && flash_fits(p, g) && yields_in_time(p, &g->spec->budget);
}

/* What would bring `ram` (else scratch) below a bound of `have` bytes. */
static const char *memory_hint(const struct plan *p, const struct graph *g, bool ram, int64_t have)
{
    const char *bound = ram ? "ram" : "scratch";
    if (have < 1024)
        return arena_format(g->mem, "a budget is in bytes: %s = %lld * KiB, or --%s %lldK", bound, (long long)have,
                            bound, (long long)have);
    if (p->net > p->scratch_train)
        return "most of it is what learns: train fewer or smaller tensors, or use sgd without momentum";
    return g->spec->train.batch > 1
               ? "train fewer layers (later in the network), a smaller input, or batch = 1; see: tinytl-gen what-fits"
               : "train fewer layers (later in the network), or a smaller input; see: tinytl-gen what-fits";
}

static void refuse_memory(const struct plan *p, const struct graph *g, struct loc at, bool ram, const char *hint)
{
    static const char *const passes[] = {"forward pass", "loss", "backward pass", "update"};
    const struct budget *b = &g->spec->budget;
    const struct program *worst = p->train && p->scratch_train >= p->scratch_infer ? p->train : p->predict;
    const struct node *n = node_at(worst, worst->peak);
    int64_t need = ram ? p->total : p->scratch_train, have = ram ? b->ram : b->scratch;
    diag_error(g->diag, at, ram ? "ram" : "scratch", hint ? hint : memory_hint(p, g, ram, have),
               "does not fit: %s needs %lld bytes (net %lld, scratch %lld, stack %lld), the budget is %lld: "
               "short by %lld.\n  At the peak, %s '%s' in the %s, live: %s",
               ram ? "RAM" : "scratch", (long long)need, (long long)p->net, (long long)p->scratch_train,
               (long long)p->stack, (long long)have, (long long)(need - have), n->op->name, n->name, passes[n->pass],
               at_peak(g->mem, worst));
}

void plan_refuse(const struct plan *p, const struct graph *g, const char *hint)
{
    const struct budget *b = &g->spec->budget;
    struct loc at = b->loc.line ? b->loc : (struct loc){g->spec->path, 0};
    if (b->ram && p->total > b->ram)
        refuse_memory(p, g, at, true, hint);
    if (b->scratch && p->scratch_train > b->scratch)
        refuse_memory(p, g, at, false, hint);
    if (!flash_fits(p, g))
        diag_error(g->diag, at, "flash", "store frozen weights as int8: tinytl-gen quantize",
                   "does not fit: weights take %lld bytes of flash, the budget is %lld", (long long)plan_flash(p, g),
                   (long long)b->flash);
    if (!yields_in_time(p, b))
        diag_error(
            g->diag, at, "yield", arena_format(g->mem, "yield = %lld, or fewer channels", (long long)p->longest.macs),
            "does not fit: one row of '%s' takes %lld multiply-adds, the budget is %lld between two NAME_YIELD()",
            p->longest.node->name, (long long)p->longest.macs, (long long)b->yield);
}

/* ---- records ---- */

static int64_t aligned(int64_t bytes)
{
    return (bytes + 15) / 16 * 16;
}

static void record_program(struct plan *p, const struct program *w)
{
    for (int i = 0; i < w->ncopy; i++) {
        struct copy *c = w->copy[i];
        bool forward = c->buffer && c->maker && c->maker->node->pass == PASS_FORWARD;
        if (!forward || (c->val->type != F32 && c->val->type != I8))
            continue;
        c->record = p->recorded;
        p->recorded = aligned(p->recorded + val_bytes(c->val));
    }
}

void plan_record(struct plan *p)
{
    p->recorded = aligned(p->scratch_train > p->scratch_infer ? p->scratch_train : p->scratch_infer) + 16;
    record_program(p, p->predict);
    if (p->train)
        record_program(p, p->train);
    p->recorded += p->stream.bytes; /* offsets begin behind it */
}

/* ---- dump ---- */

static void dump_program(const struct program *p, const struct placement *placed, FILE *out)
{
    static const char *const status[] = {"optimal", "optimal (proven)", "gap"};
    fprintf(out, "%s: arena %lld, bound %lld, %s\n", p->name, (long long)p->arena, (long long)placed->bound,
            status[placed->status]);
    for (int i = 0; i < p->nbuffer; i++) {
        const struct buffer *b = p->buffer[i];
        fprintf(out, "%8lld %8lld  %5d..%-5d %-4s %s\n", (long long)b->offset, (long long)b->bytes, b->first, b->last,
                b->full ? "map" : "ring", b->name);
    }
}

void plan_dump(const struct plan *p, FILE *out)
{
    if (p->latent)
        dump_program(p->latent, &p->placed_latent, out);
    dump_program(p->predict, &p->placed_predict, out);
    if (p->train)
        dump_program(p->train, &p->placed_train, out);
}
