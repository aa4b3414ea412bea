/* SPDX-License-Identifier: MIT */
/* Which of the schedules worth having is taken.  Their sizes are known before packing only about: those that
 * may be the answer are packed, with little effort, and the answer in earnest.  A budget is met if any plan, packed in
 * earnest, meets it. */
#include "plan/plan.h"

#include <stdlib.h>

/* Packing effort.  A trial takes time in proportion to the number of blocks, so the trials are WORK divided by
 * that, MOST at most, times: 1 for a first look, EARNEST, INSIST if it is still more than GAP % above what is proven. */
enum { WORK = 4000000, MOST = 20000, EARNEST = 40, INSIST = 100, GAP = 4 };

/* Packed, a plan takes at least so many percent of what the schedule estimates: small networks, where a map that dies is
 * most of all, have the widest gaps. */
enum { ESTIMATE = 70 };

/* Work that is not worth memory, in percent; plans shown in reports. */
enum { SLACK = 1, SHOWN = 8 };

/* One plan, packed as far as was asked for. */
struct contender {
    const struct choice *choice; /* NULL: every layer whole, */
    struct program *predict;     /* or this, where nothing learns */
    int64_t bytes, work;         /* of scratch, as the schedule estimates it; see program_work */
    int64_t bound;               /* most bytes alive; 0: not yet known */
    int64_t ram, scratch;        /* packed at first look: all RAM, and of that; 0: not yet */
    int64_t macs;                /* recomputed */
    struct plan *plan;           /* packed in earnest, or NULL */
};

struct candidates {
    struct arena *mem;
    const struct graph *g;
    const struct price *price;
    struct dry_runs *runs;
    const struct plan *head; /* of the half before these, or NULL: plans are those of the whole */
    struct contender *list;  /* by rising work */
    int count;               /* 0: nobody has asked for more than the fastest */
    int64_t net;             /* of all of them, which share it; 0: none has been looked at */
    struct contender *basis; /* the least work that fits, of which SLACK allows some more; NULL: not asked for */
};

static int64_t scratch_of(const struct plan *p)
{
    return p->scratch_train > p->scratch_infer ? p->scratch_train : p->scratch_infer;
}

/* ---- packing ---- */

static struct plan *joined(const struct candidates *o, struct plan *p)
{
    if (o->head)
        plan_join(p, o->head);
    return p;
}

static struct plan *packed(struct arena *mem, const struct candidates *o, const struct contender *x, int times)
{
    struct program *train = o->g->loss ? schedule_train(mem, o->g, x->choice) : NULL;
    struct program *predict = x->predict;
    if (!predict)
        predict = schedule_predict(mem, o->g, o->runs, x->choice, x->choice ? train->bound : -1);
    int trials = WORK / ((train ? train : predict)->nbuffer + 1);
    struct effort e = {(int64_t)(trials < MOST ? trials : MOST) * times, 0};
    return joined(o, plan_make(mem, o->g, predict, train, e));
}

/* False if it surely takes more than so many bytes of scratch: found without packing. */
static bool may_be_within(const struct candidates *o, struct contender *x, int64_t bytes)
{
    if (x->bytes / 100 * ESTIMATE > bytes)
        return false;
    if (!x->bound && o->g->loss) {
        struct arena *scratch = arena_new();
        x->bound = schedule_train(scratch, o->g, x->choice)->bound;
        arena_free(scratch);
    }
    return x->bound <= bytes;
}

/* With little effort: what it comes to, without the plan. */
static void look(struct candidates *o, struct contender *x)
{
    if (x->ram)
        return;
    struct arena *scratch = arena_new();
    const struct plan *p = packed(scratch, o, x, 1);
    x->ram = p->total;
    o->net = p->net;
    x->scratch = scratch_of(p);
    x->bound = p->lower_bound;
    x->macs = p->train ? p->train->macs[2] : 0;
    arena_free(scratch);
}

static bool gap_above(const struct plan *p, int percent)
{
    const struct placement *a = &p->placed_train, *b = &p->placed_predict;
    return (a->arena - a->proven) * 100 > percent * a->proven || (b->arena - b->proven) * 100 > percent * b->proven;
}

/* As well as can be; never larger than at first look. */
static struct plan *in_earnest(const struct candidates *o, struct contender *x)
{
    static const int times[] = {EARNEST, INSIST};
    if (x->plan)
        return x->plan;
    x->plan = packed(o->mem, o, x, 1);
    for (int i = 0; i < 2 && gap_above(x->plan, i ? GAP : 0); i++) {
        struct plan *q = packed(o->mem, o, x, times[i]);
        if (scratch_of(q) <= scratch_of(x->plan) && q->total <= x->plan->total)
            x->plan = q;
    }
    return x->plan;
}

/* ---- what there is ---- */

static void find_predicts(struct candidates *o)
{
    struct program *way[PREDICTS];
    schedule_predicts(o->mem, o->g, o->runs, way);
    o->list = NEW_ARRAY(o->mem, struct contender, PREDICTS);
    for (int i = 0; i < PREDICTS; i++)
        o->list[o->count++] =
            (struct contender){.predict = way[i], .bytes = way[i]->bound, .work = program_work(o->price, way[i])};
}

static int by_work(const void *a, const void *b)
{
    const struct contender *x = a, *y = b;
    const int64_t key[][2] = {{x->work, y->work}, {y->bytes, x->bytes}};
    for (size_t i = 0; i < sizeof key / sizeof *key; i++)
        if (key[i][0] != key[i][1])
            return key[i][0] < key[i][1] ? -1 : 1;
    return 0;
}

static void find_trainings(struct candidates *o)
{
    struct front f = schedule_front(o->mem, o->g, o->price, o->runs);
    struct program *whole = schedule_train(o->mem, o->g, NULL);
    o->list = NEW_ARRAY(o->mem, struct contender, f.count + 1);
    o->list[o->count++] = (struct contender){.bytes = whole->bound, .work = program_work(o->price, whole)};
    for (int i = f.count - 1; i >= 0; i--)
        o->list[o->count++] =
            (struct contender){.choice = &f.choice[i], .bytes = f.choice[i].bytes, .work = f.choice[i].work};
}

/* The list is made once somebody asks for more than the fastest plan. */
static void find_candidates(struct candidates *o)
{
    if (o->count)
        return;
    if (o->g->loss)
        find_trainings(o);
    else
        find_predicts(o);
    qsort(o->list, (size_t)o->count, sizeof *o->list, by_work);
}

struct candidates *candidates_new(struct arena *mem, const struct graph *g, const struct price *price,
                                  struct dry_runs *runs, const struct plan *head)
{
    struct candidates *o = NEW(mem, struct candidates);
    *o = (struct candidates){.mem = mem, .g = g, .price = price, .runs = runs ? runs : dry_runs_new(mem), .head = head};
    return o;
}

/* ---- choosing ---- */

/* True if it fits once it is packed in earnest. */
static bool fits(struct candidates *o, struct contender *x)
{
    const struct budget *b = &o->g->spec->budget;
    if (!b->ram && !b->scratch)
        return true;
    if ((b->ram && !may_be_within(o, x, b->ram - o->net)) || (b->scratch && !may_be_within(o, x, b->scratch)))
        return false;
    look(o, x);
    int64_t other = x->ram - x->scratch;
    if ((b->ram && other + x->bound > b->ram) || (b->scratch && x->bound > b->scratch))
        return false;
    if ((!b->ram || x->ram <= b->ram) && (!b->scratch || x->scratch <= b->scratch))
        return true;
    return plan_within(in_earnest(o, x), b);
}

/* Of candidates from..to-1 the one with the least RAM at first look; of equals the one with less work. */
static struct contender *least(struct candidates *o, int from, int to)
{
    struct contender *best = NULL;
    for (int i = to - 1; i >= from; i--) {
        struct contender *x = &o->list[i];
        if (best && !may_be_within(o, x, best->ram - o->net)) /* its stack may be less */
            continue;
        look(o, x);
        if (!best || x->ram <= best->ram)
            best = x;
    }
    return best;
}

static struct contender *frugal(struct candidates *o)
{
    int first = 0, end;
    while (first < o->count && !fits(o, &o->list[first]))
        first++;
    if (first == o->count)
        return NULL;
    o->basis = &o->list[first];
    for (end = first + 1; end < o->count; end++)
        if (o->list[end].work * 100 > o->list[first].work * (100 + SLACK))
            break;
    struct contender *x = least(o, first, end);
    return plan_within(in_earnest(o, x), &o->g->spec->budget) ? x : &o->list[first];
}

/* Twice what may become of one once it is packed in earnest: half of its gap goes, or more. */
static int64_t promise(const struct contender *x)
{
    return x->scratch + x->bound;
}

/* The least scratch: the two that promise most, in earnest. */
static struct contender *smallest(struct candidates *o)
{
    struct contender *best[2] = {NULL};
    for (int i = o->count - 1; i >= 0; i--) {
        struct contender *x = &o->list[i];
        if (best[1] && !may_be_within(o, x, best[0]->scratch))
            continue;
        look(o, x);
        int at = !best[0] || promise(x) <= promise(best[0]) ? 0 : 1;
        if (at == 1 && best[1] && promise(x) > promise(best[1]))
            continue;
        best[1] = at ? x : best[0];
        best[0] = at ? best[0] : x;
    }
    int64_t least = scratch_of(in_earnest(o, best[0]));
    if (!best[1] || best[1]->bound > least / 100 * 99) /* nothing to be gained */
        return best[0];
    return scratch_of(in_earnest(o, best[1])) < least ? best[1] : best[0];
}

struct plan *plan_choose(struct candidates *o, enum goal goal, unsigned seed)
{
    struct contender *x = NULL;
    if (goal == GOAL_RANDOM && o->g->loss)
        return joined(o, plan_make(o->mem, o->g, schedule_predict(o->mem, o->g, o->runs, NULL, 0),
                                   schedule_random(o->mem, o->g, seed), (struct effort){20000, 0}));
    if (goal == GOAL_FASTEST)
        return in_earnest(o, &(struct contender){0});
    find_candidates(o);
    if (goal == GOAL_FRUGAL)
        x = frugal(o);
    if (!x) /* with a budget that nothing meets, too: the report of the smallest helps most */
        x = smallest(o);
    return in_earnest(o, x);
}

/* ---- what reports show ---- */

/* A number of them, spread evenly over their bytes; the extremes are among them, and the one that says what work may
 * cost. */
static int pick(const struct candidates *o, struct contender **list)
{
    int count = 0;
    int64_t least = o->list[o->count - 1].bytes, range = o->list[0].bytes - least;
    for (int i = o->count - 1; i >= 0; i--)
        if (i == 0 || i == o->count - 1 || &o->list[i] == o->basis ||
            (o->list[i].bytes - least) * (SHOWN - 1) >= range * count)
            list[count++] = &o->list[i];
    return count;
}

/* What it comes to, as well as it was packed. */
static struct offer offer_of(struct candidates *o, struct contender *x, bool whole)
{
    look(o, x);
    return (struct offer){.plan = !whole    ? NULL
                                  : x->plan ? x->plan
                                            : packed(o->mem, o, x, 1),
                          .ram = x->plan ? x->plan->total : x->ram,
                          .scratch = x->plan ? scratch_of(x->plan) : x->scratch,
                          .macs = x->macs,
                          .work = x->work};
}

static int by_memory(const void *a, const void *b)
{
    const struct offer *x = a, *y = b;
    const int64_t key[][2] = {
        {x->ram, y->ram}, {x->work, y->work}, {y->taken, x->taken}}; /* the taken before its twin */
    for (size_t i = 0; i < sizeof key / sizeof *key; i++)
        if (key[i][0] != key[i][1])
            return key[i][0] < key[i][1] ? -1 : 1;
    return 0;
}

struct offers plan_offers(struct candidates *o, const struct plan *taken, bool whole)
{
    find_candidates(o);
    struct contender **picked = NEW_ARRAY(o->mem, struct contender *, o->count);
    int count = pick(o, picked), kept = 0;
    struct offer *list = NEW_ARRAY(o->mem, struct offer, count + 1);
    for (int i = 0; i < count; i++)
        list[i] = offer_of(o, picked[i], whole);
    const struct program *w = taken->train ? taken->train : taken->predict;
    list[count++] = (struct offer){taken->total, scratch_of(taken), w->macs[2], program_work(o->price, w), true, taken};
    qsort(list, (size_t)count, sizeof *list, by_memory);
    int64_t less = INT64_MAX;
    for (int i = 0; i < count; i++) { /* packed, one may be no better than another */
        if (list[i].work < less || list[i].taken)
            list[kept++] = list[i];
        less = list[i].work < less ? list[i].work : less;
    }
    return (struct offers){list, kept, o->list[0].work};
}
