/* Which of the schedules worth having is taken.  Their sizes are known before packing only about: those that
 * may be the answer are packed, with little effort to compare them, and in earnest when taken. */
#include "plan/plan.h"

#include <stdlib.h>

/* Packing effort.  A trial takes time in proportion to the number of blocks, so the trials are WORK divided by
 * that, MOST at most, times: 1 to compare plans, EARNEST for one that is taken, INSIST if it is still more than
 * GAP % above what is proven. */
enum { WORK = 16000000, MOST = 80000, EARNEST = 10, INSIST = 25, GAP = 4 };

/* So many of the smallest are compared; so many of all are shown in reports. */
enum { CANDIDATES = 6, SHOWN = 8 };

static bool within(const struct plan *p, const struct budget *b)
{
    return (!b->ram || p->total <= b->ram) && (!b->scratch || p->scratch_train <= b->scratch);
}

/* Bytes that the budget leaves for scratch. */
static int64_t scratch_budget(const struct plan *any, const struct budget *b)
{
    int64_t left = b->ram ? b->ram - any->net - any->stack : INT64_MAX;
    return b->scratch && b->scratch < left ? b->scratch : left;
}

static int64_t scratch_of(const struct plan *p)
{
    return p->scratch_train > p->scratch_infer ? p->scratch_train : p->scratch_infer;
}

/* The plan of a choice (NULL: every layer whole), packed with `times` WORK or until `enough`. */
static struct plan *plan_of(struct arena *mem, const struct graph *g, const struct choice *c, int times, int64_t enough)
{
    struct program *train = schedule_train(mem, g, c);
    int trials = WORK / (train->nbuffer + 1);
    struct effort e = {(int64_t)(trials < MOST ? trials : MOST) * times, enough};
    return plan_make(mem, g, schedule_predict(mem, g, c, c ? train->bound : -1), train, e);
}

static bool gap_above(const struct plan *p, int percent)
{
    const struct placement *a = &p->placed_train, *b = &p->placed_predict;
    return (a->arena - a->proven) * 100 > percent * a->proven || (b->arena - b->proven) * 100 > percent * b->proven;
}

/* A plan that was packed with little effort, packed as well as can be; never larger than it was. */
static struct plan *in_earnest(struct arena *mem, const struct graph *g, const struct choice *c, struct plan *p)
{
    static const int times[] = {EARNEST, INSIST};
    for (int i = 0; i < 2 && gap_above(p, i ? GAP : 0); i++) {
        struct plan *q = plan_of(mem, g, c, times[i], 0);
        p = scratch_of(q) <= scratch_of(p) && q->total <= p->total ? q : p;
    }
    return p;
}

/* Without training there is only predict to be fitted in. */
static struct plan *choose_predict(struct arena *mem, const struct graph *g, enum goal goal)
{
    struct plan *p = plan_make(mem, g, schedule_predict(mem, g, NULL, -1), NULL, (struct effort){0});
    if (goal == GOAL_FASTEST || (goal == GOAL_BUDGET && within(p, &g->spec->budget)))
        return p;
    int64_t bytes = goal == GOAL_BUDGET ? scratch_budget(p, &g->spec->budget) : 0;
    return plan_make(mem, g, schedule_predict(mem, g, NULL, bytes), NULL, (struct effort){0});
}

/* Twice what may become of a plan that was packed with little effort: in earnest, half of its gap goes, or more. */
static int64_t promise(const struct plan *p)
{
    return scratch_of(p) + p->lower_bound;
}

/* The smallest once packed: of some that may be, the two that promise most, in earnest. */
static struct plan *choose_smallest(struct arena *mem, const struct graph *g, const struct front *f)
{
    struct plan *best[2] = {NULL}, *least = NULL;
    const struct choice *of[2] = {NULL};
    for (int i = 0; i < f->count && i < CANDIDATES; i++) {
        struct plan *p = plan_of(mem, g, &f->choice[i], 1, 0);
        least = !least || scratch_of(p) < scratch_of(least) ? p : least;
        int at = !best[0] || promise(p) < promise(best[0]) ? 0 : 1;
        if (at == 1 && best[1] && promise(p) >= promise(best[1]))
            continue;
        best[1] = at ? p : best[0];
        of[1] = at ? &f->choice[i] : of[0];
        best[0] = at ? best[0] : p;
        of[0] = at ? of[0] : &f->choice[i];
    }
    for (int i = 0; i < 2 && best[i]; i++) {
        if (i && best[i]->lower_bound > scratch_of(least) / 100 * 99) /* nothing to be gained */
            break;
        struct plan *p = in_earnest(mem, g, of[i], best[i]);
        least = scratch_of(p) < scratch_of(least) ? p : least;
    }
    return least;
}

/* The one with the least work that fits, or NULL.  One that leaves a large gap is passed over if another
 * fits: it is as large as plans with less work. */
static struct plan *choose_within(struct arena *mem, const struct graph *g, const struct front *f, int64_t room)
{
    const struct budget *b = &g->spec->budget;
    struct plan *loose = NULL;
    int64_t limit = room;
    for (int i = f->count - 1; i >= 0; i--) {
        if (f->choice[i].bytes > limit)
            continue;
        struct plan *p = plan_of(mem, g, &f->choice[i], 1, room);
        if (within(p, b)) {
            p = in_earnest(mem, g, &f->choice[i], p);
            if (!gap_above(p, GAP))
                return p;
            loose = loose ? loose : p;
        }
        limit = f->choice[i].bytes - room / 100; /* one that is hardly smaller will not do either */
    }
    return loose;
}

struct plan *plan_choose(struct arena *mem, const struct graph *g, enum goal goal, unsigned seed, struct front *front)
{
    const struct budget *b = &g->spec->budget;
    if (!g->loss)
        return choose_predict(mem, g, goal);
    struct plan *fastest = plan_of(mem, g, NULL, EARNEST, 0), *p = NULL;
    if (goal == GOAL_FASTEST || (goal == GOAL_BUDGET && within(fastest, b)))
        return fastest;
    if (goal == GOAL_RANDOM)
        return plan_make(mem, g, schedule_predict(mem, g, NULL, 0), schedule_random(mem, g, seed),
                         (struct effort){20000, 0});
    *front = schedule_front(mem, g);
    if (goal == GOAL_BUDGET)
        p = choose_within(mem, g, front, scratch_budget(fastest, b));
    if (!p) /* with a budget, too: it may be smaller than it seemed, and its report helps most */
        p = choose_smallest(mem, g, front);
    return p && scratch_of(p) < scratch_of(fastest) ? p : fastest;
}

/* ---- what reports show of the front ---- */

/* A number of choices that need less work the larger they are, spread evenly over their bytes. */
static int pick(const struct front *f, const struct choice **list)
{
    int count = 0;
    int64_t first = f->choice[0].bytes, range = f->choice[f->count - 1].bytes - first;
    for (int i = 0; i < f->count; i++) {
        const struct choice *c = &f->choice[i];
        bool less = !count || c->macs < list[count - 1]->macs;
        if (less && (i == 0 || (c->bytes - first) * (SHOWN - 1) >= range * count))
            list[count++] = c;
    }
    return count;
}

static int by_bytes(const void *a, const void *b)
{
    const struct choice *x = a, *y = b;
    if (x->bytes != y->bytes)
        return x->bytes < y->bytes ? -1 : 1;
    if (x->macs != y->macs)
        return x->macs < y->macs ? -1 : 1;
    return y->taken - x->taken;
}

struct front plan_front(struct arena *mem, const struct graph *g, const struct front *all, const struct plan *taken)
{
    const struct choice *picked[SHOWN + 1];
    int count = all->count ? pick(all, picked) : 0;
    struct front f = {.choice = NEW_ARRAY(mem, struct choice, count + 1)};
    struct choice *list = NEW_ARRAY(mem, struct choice, count + 1);
    for (int i = 0; i < count; i++) {
        list[i] = *picked[i];
        list[i].bytes = plan_of(mem, g, picked[i], 2, picked[i]->bytes * 51 / 50)->scratch_train;
    }
    if (count)
        list[count++] = (struct choice){.bytes = taken->scratch_train, .macs = taken->train->macs[2], .taken = true};
    qsort(list, (size_t)count, sizeof *list, by_bytes);
    int64_t least = INT64_MAX;
    for (int i = 0; i < count; i++) { /* packed, one may be no better than another */
        if (list[i].macs < least || list[i].taken)
            f.choice[f.count++] = list[i];
        least = list[i].macs < least ? list[i].macs : least;
    }
    return f;
}
