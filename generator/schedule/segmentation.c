/* SPDX-License-Identifier: MIT */
/* Chooses segments, what each keeps, and how finely each is cut into strips, by dynamic programming over
 * the cut points.
 *
 * A label at a cut says: so many bytes are held for backward sweeps to come, so many were alive at the
 * worst moment so far, so much work was done.  Labels that another beats in all three are
 * dropped.  Parts are measured packed.  Within the moves (these cuts, the manners of manners.c, four
 * grains, forward pieces of smallest peak) the front is exact, but for the caps on labels.                   */
#include "schedule/chooser.h"

enum { LABELS = 4000 }; /* kept at a cut: more than any network of specs/ has */

_Static_assert(PREDICTS == GRAINS + 1, "one of every grain, and the whole");

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
        at[a] = thinned(mem, &grown, LABELS);
        if (a + span_of(s) < s->n)
            at[a + span_of(s) + 1] = (struct labels){.list = grown.list, .capacity = grown.capacity};
        for (int b = a + 1; b <= s->n && b <= a + span_of(s); b++)
            extend(growing, &at[a], &at[b], a, b, manners_of(c, a, b, false), 0);
    }
    at[s->n] = thinned(mem, &at[s->n], LABELS);
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

static void outline_pieces(struct chooser *c, struct outline *o, int a, int b, const struct vals *save, int strips,
                           bool result)
{
    int end = forward_end(c, a, b, save, result), *next = NEW_ARRAY(c->mem, int, end - a + 1);
    forward_best(c, a, end, save, strips, result, next);
    for (int i = a; i < end; i = next[i - a]) {
        struct vals own = saved_here(c, save, i, next[i - a]);
        outline_forward(c->s, o, i, next[i - a], &own, strips, result || next[i - a] < end);
    }
}

/* The forward passes of a label's segments.  result: that of the last is wanted, too. */
static void outline_forward_labels(struct chooser *c, struct outline *o, const struct label *l, bool result)
{
    if (!l->before)
        return;
    outline_forward_labels(c, o, l->before, true);
    struct vals save = segment_saved(c->s, l->a, l->b, l->mode);
    outline_pieces(c, o, l->a, l->b, &save, l->strips, result);
}

static void outline_backward_labels(struct chooser *c, struct outline *o, const struct label *l)
{
    for (; l->before; l = l->before)
        if (l->again) {
            outline_forward_labels(c, o, l->again, false);
            outline_backward_labels(c, o, l->again);
        } else {
            outline_backward(c->s, o, l->a, l->b, l->mode, l->strips);
        }
}

static struct outline outline_of(struct chooser *c, const struct label *l)
{
    struct outline o = {0};
    outline_forward_labels(c, &o, l, true);
    outline_loss(c->s, &o);
    outline_backward_labels(c, &o, l);
    outline_last_updates(c->s, &o);
    return o;
}

/* The same, for people. */

static int segments_of(const struct label *last)
{
    int count = 0;
    for (const struct label *l = last; l && l->before; l = l->before)
        count++;
    return count;
}

static void tell_segments(struct program *p, const struct segments *s, const struct label *last)
{
    int i = p->nsegment = segments_of(last);
    p->segment = NEW_ARRAY(p->mem, struct segment, p->nsegment + 1);
    for (const struct label *l = last; l->before; l = l->before)
        p->segment[--i] = (struct segment){.from = s->cut[l->a].val->name,
                                           .to = l->b < s->n ? s->cut[l->b].val->name : NULL,
                                           .learns = segment_learns(s, l->b),
                                           .mode = l->mode,
                                           .strips = l->strips,
                                           .parts = segments_of(l->again)};
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
        outline_pieces(c, &o, 0, c->s->n, &none, grains[GRAINS - way], true);
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
