/* SPDX-License-Identifier: MIT */
/* Chooses segments, what each keeps, and how finely each is cut into strips, by dynamic programming over
 * the cut points.
 *
 * A label at a cut says: so many bytes are held for backward sweeps to come, so many were alive at the
 * worst moment so far, so much work was done.  Labels that another beats in all three are
 * dropped.  Parts are measured packed.  Within the moves (these cuts, three modes, six where slices learn, four
 * grains, forward pieces of smallest peak) the front is exact, but for the cap on labels.                    */
#include "schedule/segment.h"

#include <stdlib.h>
#include <string.h>

enum {
    KNOWN = 1 << 14, /* parts of all graphs, and forward parts of this one, that are remembered */
    MEMO = 1 << 12,
    SPAN = 6,     /* cuts that one segment may span; */
    SHORT = 12,   /* all of them in a network of so many */
    LABELS = 4000 /* kept at a cut: more than any network of specs/ has */
};

static const int grains[] = {0, 8, 4, 1}; /* strips a map: rows, eighths, quarters, whole */
enum { GRAINS = sizeof grains / sizeof *grains };
_Static_assert(PREDICTS == GRAINS + 1, "one of every grain, and the whole");

struct label {
    int64_t held, peak, cost;
    const struct label *before;
    int a, b, strips;
    enum mode mode;
};

struct chooser {
    struct arena *mem;
    const struct graph *g;
    const struct price *price;
    struct segments *s;
    struct dry_runs *runs; /* parts of all graphs */
    struct known *forward; /* [MEMO] forward parts of this graph, by key_of */
};

/* ---- costs of parts ---- */

struct measure {
    int64_t peak, cost;
};

struct known {
    uint64_t key;
    struct measure part; /* peak 0: not yet */
};

struct dry_runs {
    struct known known[KNOWN];
};

struct dry_runs *dry_runs_new(struct arena *mem)
{
    return NEW(mem, struct dry_runs);
}

/* The entry for a key in a table; an older one of the same slot is forgotten. */
static struct known *recall(struct known *table, int size, uint64_t key)
{
    struct known *k = &table[key % (uint64_t)size];
    if (k->key != key)
        *k = (struct known){.key = key};
    return k;
}

static struct chooser *chooser_new(struct arena *mem, const struct graph *g, const struct price *price,
                                   struct dry_runs *runs)
{
    struct chooser *c = NEW(mem, struct chooser);
    *c = (struct chooser){mem, g, price, segments_find(mem, g), runs, NEW_ARRAY(mem, struct known, MEMO)};
    return c;
}

/* The same chooser, which makes its lists and outlines in `mem`. */
static struct chooser *chooser_in(struct arena *mem, const struct chooser *c)
{
    struct chooser *other = NEW(mem, struct chooser);
    *other = (struct chooser){mem, c->g, c->price, NEW(mem, struct segments), c->runs, c->forward};
    *other->s = *c->s;
    other->s->mem = mem;
    return other;
}

static int span(const struct segments *s)
{
    return s->n <= SHORT ? s->n : SPAN;
}

/* What a part takes once packed.  Bytes alive alone mislead: of a map that dies row by row the dead rows
 * are of use only to what is born later and fits there. */
static int64_t packed_bytes(struct arena *mem, const struct program *p)
{
    enum { EFFORT = 300 };
    struct block *block = NEW_ARRAY(mem, struct block, p->nbuffer);
    for (int i = 0; i < p->nbuffer; i++)
        block[i] = buffer_block(mem, p->buffer[i]);
    return place(mem, block, p->nbuffer, BUFFER_ALIGNMENT, EFFORT).arena;
}

/* A dry run of some sweeps, in memory of its own. */
static struct measure dry_run(const struct chooser *c, const struct outline *o, const struct vals *sources,
                              const struct vals *keep)
{
    struct arena *scratch = arena_new();
    uint64_t key = outline_fingerprint(scratch, c->g, o, sources, keep);
    struct known *known = recall(c->runs->known, KNOWN, hash_bytes(key, c->price->target, strlen(c->price->target)));
    struct measure part = known->part;
    if (!part.peak) {
        struct program *p = simulate(scratch, c->g, o, sources, keep);
        part = (struct measure){packed_bytes(scratch, p), program_work(c->price, p)};
        known->part = part;
    }
    arena_free(scratch);
    return part;
}

static uint64_t key_of(int a, int b, int strips, const struct vals *save)
{
    uint64_t h = hash_bytes(HASH_START, (int[]){a, b, strips}, 3 * sizeof(int));
    for (int i = 0; i < save->count; i++)
        h = hash_bytes(h, &save->list[i]->id, sizeof(int));
    return h;
}

static struct measure forward_part(struct chooser *c, int a, int b, const struct vals *save, int strips)
{
    struct known *known = recall(c->forward, MEMO, key_of(a, b, strips, save));
    if (known->part.peak)
        return known->part;
    struct outline o = {0};
    struct vals keep = {0}, sources = {0};
    outline_forward(c->s, &o, a, b, save, strips);
    if (!segment_takes(c->s, a))
        vals_add(c->mem, &sources, c->s->cut[a].val);
    for (int i = 0; i < save->count; i++)
        vals_add(c->mem, &keep, save->list[i]);
    if (b < c->s->n)
        vals_add(c->mem, &keep, c->s->cut[b].val);
    else
        for (int i = 0; i < c->s->tail.count; i++)
            vals_add(c->mem, &keep, c->s->tail.list[i]);
    known->part = dry_run(c, &o, &sources, &keep);
    return known->part;
}

/* What of `save` a forward piece [a, b) makes or passes on. */
static struct vals saved_here(const struct chooser *c, const struct vals *save, int a, int b)
{
    struct vals own = {0};
    for (int i = 0; i < save->count; i++) {
        struct val *v = save->list[i];
        int at = v->def ? c->s->position[v->id] : -1;
        if (v == c->s->cut[a].val || (at >= c->s->cut[a].node && at < c->s->cut[b].node))
            vals_add(c->mem, &own, v);
    }
    return own;
}

/* The split of forward [a, b) into sweeps with the smallest peak: next[i] is where the piece that begins
 * at cut a + i ends. */
static struct measure forward_best(struct chooser *c, int a, int b, const struct vals *save, int strips, int *next)
{
    struct measure *best = NEW_ARRAY(c->mem, struct measure, b - a + 1);
    for (int i = b - 1; i >= a; i--) {
        bool none = true;
        for (int k = i + 1; k <= b && k <= i + span(c->s); k++) {
            struct vals own = saved_here(c, save, i, k);
            struct measure p = forward_part(c, i, k, &own, strips), rest = best[k - a];
            int64_t later = rest.peak + (k < b ? vals_bytes(c->g, &own) : 0);
            if (k < b && vals_has(&own, c->s->cut[k].val))
                later -= val_bytes(c->s->cut[k].val); /* counted by the next piece */
            struct measure both = {p.peak > later ? p.peak : later, p.cost + rest.cost};
            if (none || both.peak < best[i - a].peak ||
                (both.peak == best[i - a].peak && both.cost < best[i - a].cost)) {
                best[i - a] = both;
                next[i - a] = k;
            }
            none = false;
        }
    }
    return best[0];
}

static struct measure backward_part(struct chooser *c, int a, int b, enum mode mode, int strips)
{
    struct outline o = {0};
    struct vals there = backward_sources(c->s, a, b, mode), sources = {0}, keep = {0};
    outline_backward(c->s, &o, a, b, mode, strips);
    for (int i = 0; i < o.nsweep; i++)
        for (int k = 0; k < o.sweep[i].nnode; k++)
            for (int j = 0; j < o.sweep[i].node[k]->nin; j++)
                if (o.sweep[i].node[k]->in[j] && vals_has(&there, o.sweep[i].node[k]->in[j]))
                    vals_add(c->mem, &sources, o.sweep[i].node[k]->in[j]);
    if (gradient_at(c->s, a))
        vals_add(c->mem, &keep, gradient_at(c->s, a));
    return dry_run(c, &o, &sources, &keep);
}

/* ---- labels ---- */

/* The first `settled` of a list beat none of each other; those behind them are new. */
struct labels {
    struct label *list;
    int count, capacity, settled;
};

/* By peak, then cost, then held; of equals first the one that was made first. */
static int by_peak(const void *a, const void *b)
{
    const struct label *x = a, *y = b;
    const int64_t key[][2] = {{x->peak, y->peak}, {x->cost, y->cost}, {x->held, y->held},
                              {x->a, y->a},       {x->mode, y->mode}, {y->strips, x->strips}};
    for (size_t i = 0; i < sizeof key / sizeof *key; i++)
        if (key[i][0] != key[i][1])
            return key[i][0] < key[i][1] ? -1 : 1;
    return (x->before > y->before) - (x->before < y->before); /* both in the list of cut a */
}

/* Drops the labels that another beats in all three.  In order of peak, one is beaten if one before it takes
 * no more work and holds no more.  Of those before it only a staircase matters, more work for less held:
 *
 *     held |  o
 *          |     o      x       x is beaten: the last step at its cost or before holds less
 *          |        o
 *          |             o
 *          +------------------ cost                                                             */
static void settle(struct labels *l)
{
    struct arena *scratch = arena_new();
    struct label *list = l->list;
    int *step = NEW_ARRAY(scratch, int, l->count + 1), steps = 0, n = 0;
    if (l->count)
        qsort(list, (size_t)l->count, sizeof *list, by_peak);
    for (int i = 0; i < l->count; i++) {
        int at = 0, high = steps; /* the first step that costs more */
        while (at < high) {
            int middle = (at + high) / 2;
            if (list[step[middle]].cost <= list[i].cost)
                at = middle + 1;
            else
                high = middle;
        }
        if (at > 0 && list[step[at - 1]].held <= list[i].held)
            continue;
        int rest = at;
        while (rest < steps && list[step[rest]].held >= list[i].held)
            rest++;
        memmove(step + at + 1, step + rest, sizeof *step * (size_t)(steps - rest));
        steps += at + 1 - rest;
        list[n] = list[i];
        step[at] = n++;
    }
    l->count = l->settled = n;
    arena_free(scratch);
}

static void add_label(struct arena *mem, struct labels *l, struct label added)
{
    GROW(mem, l->list, l->count, l->capacity);
    l->list[l->count++] = added;
    if (l->count > 2 * l->settled + 1000)
        settle(l);
}

/* What is worth going on from: an even choice, with the extremes, of more than LABELS; in memory of its own size. */
static struct labels thinned(struct arena *mem, struct labels *l)
{
    settle(l);
    int count = l->count < LABELS ? l->count : LABELS;
    struct label *list = NEW_ARRAY(mem, struct label, count + 1);
    for (int i = 0; i < count; i++)
        list[i] = l->list[l->count > LABELS ? (int64_t)i * (l->count - 1) / (LABELS - 1) : i];
    return (struct labels){list, count, count, count};
}

static int64_t larger(int64_t a, int64_t b)
{
    return a > b ? a : b;
}

/* One way to run [a, b) forward and backward. */
struct manner {
    int64_t held, peak, cost;
    enum mode mode;
    int strips;
};

/* The ways to run [a, b) that no other beats.  Where nothing learns all modes are one. */
static int ways(const struct chooser *chooser, int a, int b, struct manner *list)
{
    struct arena *scratch = arena_new();
    struct chooser *c = chooser_in(scratch, chooser);
    int *next = NEW_ARRAY(scratch, int, b - a + 1), count = 0;
    int modes = !segment_learns(c->s, b) ? 1 : segment_slices(c->s, a, b) ? MODES : SAVES;
    for (int k = 0; k < modes * GRAINS; k++) {
        enum mode mode = (enum mode)(k / GRAINS);
        int strips = grains[k % GRAINS];
        struct vals save = segment_saved(c->s, a, b, mode);
        if (segment_keeps_image(c->s, a, b, &save))
            continue;
        struct measure f = forward_best(c, a, b, &save, strips, next);
        struct measure w = backward_part(c, a, b, mode, strips);
        struct manner way = {vals_bytes(c->g, &save), larger(f.peak, w.peak), f.cost + w.cost, mode, strips};
        bool beaten = false;
        for (int i = 0; i < count && !beaten; i++)
            beaten = list[i].held <= way.held && list[i].peak <= way.peak && list[i].cost <= way.cost;
        if (!beaten)
            list[count++] = way;
    }
    arena_free(scratch);
    return count;
}

static void extend(const struct chooser *c, struct arena *growing, struct labels *at, int a, int b)
{
    struct manner list[MODES * GRAINS];
    int count = ways(c, a, b, list);
    for (int k = 0; k < count; k++)
        for (int i = 0; i < at[a].count; i++) {
            const struct label *l = &at[a].list[i];
            struct label label = {.held = l->held + list[k].held,
                                  .peak = larger(l->peak, l->held + list[k].peak),
                                  .cost = l->cost + list[k].cost,
                                  .before = l,
                                  .a = a,
                                  .b = b,
                                  .strips = list[k].strips,
                                  .mode = list[k].mode};
            add_label(growing, &at[b], label);
        }
}

/* The loss, and with a batch the updates, which belong to no segment. */
static int64_t other_work(const struct chooser *c)
{
    struct arena *scratch = arena_new();
    struct segments s = *c->s;
    struct outline o = {0};
    s.mem = scratch;
    outline_loss(&s, &o);
    outline_last_updates(&s, &o);
    struct vals none = {0}, there = {0};
    for (int i = 0; i < o.nsweep; i++)
        for (int k = 0; k < o.sweep[i].node[0]->nin; k++)
            if (o.sweep[i].node[0]->in[k])
                vals_add(scratch, &there, o.sweep[i].node[0]->in[k]);
    int64_t work = program_work(c->price, simulate(scratch, c->g, &o, &there, &none));
    arena_free(scratch);
    return work;
}

struct front schedule_front(struct arena *mem, const struct graph *g, const struct price *price, struct dry_runs *runs)
{
    struct chooser *c = chooser_new(mem, g, price, runs);
    struct segments *s = c->s;
    struct front front = {0};
    if (!g->loss || s->n < 1)
        return front;
    struct labels *at = NEW_ARRAY(mem, struct labels, s->n + 1);
    struct arena *growing = arena_new(); /* for lists until they are thinned */
    add_label(growing, &at[0], (struct label){.cost = other_work(c)});
    for (int a = 0; a < s->n; a++) {
        struct labels grown = at[a]; /* where it grew, the next list grows that no cut before has reached */
        at[a] = thinned(mem, &grown);
        if (a + span(s) < s->n)
            at[a + span(s) + 1] = (struct labels){.list = grown.list, .capacity = grown.capacity};
        for (int b = a + 1; b <= s->n && b <= a + span(s); b++)
            extend(c, growing, at, a, b);
    }
    at[s->n] = thinned(mem, &at[s->n]);
    arena_free(growing);
    front.choice = NEW_ARRAY(mem, struct choice, at[s->n].count);
    for (int i = 0; i < at[s->n].count; i++) {
        const struct label *l = &at[s->n].list[i];
        if (!front.count || l->cost < front.choice[front.count - 1].work)
            front.choice[front.count++] = (struct choice){.bytes = l->peak, .work = l->cost, .label = l, .chooser = c};
    }
    return front;
}

/* ---- a label as an outline ---- */

static void outline_pieces(struct chooser *c, struct outline *o, int a, int b, const struct vals *save, int strips)
{
    int *next = NEW_ARRAY(c->mem, int, b - a + 1);
    if (a == b)
        return;
    forward_best(c, a, b, save, strips, next);
    for (int i = a; i < b; i = next[i - a]) {
        struct vals own = saved_here(c, save, i, next[i - a]);
        outline_forward(c->s, o, i, next[i - a], &own, strips);
    }
}

static void outline_forward_labels(struct chooser *c, struct outline *o, const struct label *l)
{
    if (!l->before)
        return;
    outline_forward_labels(c, o, l->before);
    struct vals save = segment_saved(c->s, l->a, l->b, l->mode);
    outline_pieces(c, o, l->a, l->b, &save, l->strips);
}

static struct outline outline_of(struct chooser *c, const struct label *l)
{
    struct outline o = {0};
    outline_forward_labels(c, &o, l);
    outline_loss(c->s, &o);
    for (; l->before; l = l->before)
        outline_backward(c->s, &o, l->a, l->b, l->mode, l->strips);
    outline_last_updates(c->s, &o);
    return o;
}

/* The same, for people. */
static void tell_segments(struct program *p, const struct segments *s, const struct label *last)
{
    for (const struct label *l = last; l->before; l = l->before)
        p->nsegment++;
    p->segment = NEW_ARRAY(p->mem, struct segment, p->nsegment + 1);
    int i = p->nsegment;
    for (const struct label *l = last; l->before; l = l->before)
        p->segment[--i] = (struct segment){.from = s->cut[l->a].val->name,
                                           .to = l->b < s->n ? s->cut[l->b].val->name : NULL,
                                           .learns = segment_learns(s, l->b),
                                           .mode = l->mode,
                                           .strips = l->strips};
}

/* ---- programs ---- */

/* What NAME_class_show reads when a prediction has ended. */
static bool is_features(const struct graph *g, const struct val *v)
{
    return v == g->classes.features && v->role == ROLE_TEMP;
}

static struct program *run(struct arena *mem, const struct graph *g, const struct outline *o, bool scores)
{
    struct vals image = {0}, keep = {0};
    vals_add(mem, &image, g->input);
    for (int i = 0; i < g->nval; i++)
        if (g->val[i]->keep || (scores && (g->val[i] == g->scores || is_features(g, g->val[i]))))
            vals_add(mem, &keep, g->val[i]);
    return simulate(mem, g, o, &image, &keep);
}

struct program *schedule_train(struct arena *mem, const struct graph *g, const struct choice *choice)
{
    if (!g->loss)
        return NULL;
    struct arena *scratch = arena_new();
    struct outline o = choice ? outline_of(chooser_in(scratch, choice->chooser), choice->label)
                              : outline_whole(scratch, g->node, g->nnode);
    struct program *p = run(mem, g, &o, false);
    p->name = "train";
    if (choice)
        tell_segments(p, choice->chooser->s, choice->label);
    arena_free(scratch);
    return p;
}

/* Predict in one of PREDICTS ways: every layer whole, and then finer and finer. */
static struct program *predict_in(struct arena *mem, struct chooser *c, int way)
{
    struct vals none = {0};
    struct outline o = {0};
    if (way == 0)
        o = outline_whole(c->mem, c->g->node, c->s->nforward);
    else
        outline_pieces(c, &o, 0, c->s->n, &none, grains[GRAINS - way]);
    struct program *p = run(mem, c->g, &o, true);
    p->name = "predict";
    return p;
}

void schedule_predicts(struct arena *mem, const struct graph *g, struct dry_runs *runs, struct program *list[PREDICTS])
{
    struct arena *scratch = arena_new();
    struct chooser *c = chooser_new(scratch, g, price_anyhow(NULL), runs);
    for (int way = 0; way < PREDICTS; way++)
        list[way] = predict_in(mem, c, way);
    arena_free(scratch);
}

struct program *schedule_predict(struct arena *mem, const struct graph *g, struct dry_runs *runs,
                                 const struct choice *choice, int64_t bytes)
{
    struct arena *scratch = arena_new();
    struct chooser *c =
        choice ? chooser_in(scratch, choice->chooser) : chooser_new(scratch, g, price_anyhow(NULL), runs);
    struct program *p = predict_in(mem, c, 0);
    if (bytes > 0 && g->spec->input.streamed) /* without the image little is needed: the rest is free while rows come */
        bytes = 0;
    for (int way = 1; bytes >= 0 && way < PREDICTS && p->bound > bytes; way++) {
        struct program *q = predict_in(mem, c, way);
        p = q->bound < p->bound ? q : p;
    }
    arena_free(scratch);
    return p;
}
