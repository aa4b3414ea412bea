/* SPDX-License-Identifier: MIT */
#include "choose/race.h"
#include "choose/merit.h"
#include "learn/trial.h"

#include <cjson/cJSON.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { WINDOWS = 3, STARTERS = 16, FINALISTS = 2, MOVE_SEEDS = 3, RATE_RUNS = 9 };

/* ---- measuring ---- */

/* The command line of a run. */
static const char *command_of(struct race *r, const char *spec, const char *options, double rate, int epochs, int seed)
{
    return arena_format(r->mem, "%s train %s %s %s --rate %.9g --epochs %d --seed %d --report=json", r->program,
                        shell_word(r->mem, spec), r->data, options, rate, epochs, seed);
}

/* What a run gave; NaN: it was not made. */
struct given {
    double accuracy, merit;
};

static double mean_in(const cJSON *of)
{
    const cJSON *mean = cJSON_GetObjectItem(of, "mean");
    return cJSON_IsNumber(mean) ? mean->valuedouble : 0;
}

static struct given given_by(const char *json)
{
    cJSON *root = cJSON_Parse(json);
    const cJSON *held = cJSON_GetObjectItem(root, "validation"); /* null where --test was given alone */
    const cJSON *of = cJSON_IsObject(held) ? held : cJSON_GetObjectItem(root, "accuracy");
    const cJSON *certainty = cJSON_GetObjectItem(root, "certainty");
    of = of ? of : cJSON_GetObjectItem(root, "nearest_mean");
    struct given g = {mean_in(of), mean_in(certainty ? certainty : of)};
    cJSON_Delete(root);
    return g;
}

static bool run_one(struct race *r, struct job *run, const struct candidate *c, const char *options, int epochs,
                    int seed)
{
    const char *path = candidate_file(r->mem, r->d, r->base, c, true);
    if (!path)
        return false;
    run->command = command_of(r, path, options, c->optimizer.rate, epochs, seed);
    run->result = queue_result(&r->queue, run->command);
    return true;
}

/* Does runs.  NULL after a message. */
static struct given *run_all(struct race *r, struct job *run, int count)
{
    struct given *given = NEW_ARRAY(r->mem, struct given, count + 1);
    if (!queue_do(&r->queue, run, count))
        return NULL;
    for (int i = 0; i < count; i++)
        given[i] = run[i].json ? given_by(run[i].json) : (struct given){NAN, NAN};
    return given;
}

/* The merit of each by one run; -1 for those that were not made. */
static bool run_each(struct race *r, struct candidate *const *c, int count, const char *options, int epochs,
                     double *merit)
{
    struct job *run = NEW_ARRAY(r->mem, struct job, count + 1);
    const struct given *given;
    for (int i = 0; i < count; i++)
        if (!run_one(r, &run[i], c[i], options, epochs, 1))
            return false;
    if (!(given = run_all(r, run, count)))
        return false;
    for (int i = 0; i < count; i++)
        merit[i] = isnan(given[i].merit) ? -1 : given[i].merit;
    return true;
}

bool race_screen(struct race *r, struct candidate *const *c, int count, double *merit)
{
    r->taken += count;
    return run_each(r, c, count, "--validate 0.25", (3 * r->epochs + 7) / 8, merit);
}

bool race_rank(struct race *r, struct candidate *const *c, int count, double *share)
{
    return run_each(r, c, count, "--nearest-mean", 1, share);
}

bool race_find_norms(struct race *r, struct candidate *const *c, int count)
{
    struct job *run = NEW_ARRAY(r->mem, struct job, count + 1);
    for (int i = 0; i < count; i++) {
        const char *spec = candidate_file(r->mem, r->d, r->base, c[i], true);
        if (!spec)
            return false;
        c[i]->norms = arena_format(r->mem, "%s/norms-%016llx.safetensors", r->base->state,
                                   (unsigned long long)hash_bytes(HASH_START, spec, strlen(spec)));
        run[i].command = arena_format(r->mem, "%s calibrate %s %s -o %s --force --report=json", r->program,
                                      shell_word(r->mem, spec), r->samples, shell_word(r->mem, c[i]->norms));
        run[i].result = queue_result(&r->queue, run[i].command);
    }
    bool done = queue_do(&r->queue, run, count);
    for (int i = 0; i < count; i++)
        c[i]->norms = run[i].json ? c[i]->norms : NULL; /* the time was over */
    return done;
}

static void take(struct candidate *c, struct given given)
{
    c->accuracy[c->runs] = given.accuracy;
    c->merit[c->runs++] = given.merit;
}

/* Brings each to `runs` runs, seeds 1, 2, ...; fewer where the time is over. */
static bool measure(struct race *r, struct candidate *const *c, int count, int runs)
{
    struct job *run = NEW_ARRAY(r->mem, struct job, count * runs + 1);
    const struct given *given;
    int n = 0;
    for (int i = 0; i < count; i++)
        for (int seed = c[i]->runs + 1; seed <= runs; seed++)
            if (!run_one(r, &run[n++], c[i], "--validate 0.25", r->epochs, seed))
                return false;
    r->taken += n;
    if (!(given = run_all(r, run, n)))
        return false;
    for (int i = n = 0; i < count; i++)
        for (int seed = c[i]->runs + 1; seed <= runs; seed++, n++)
            if (!isnan(given[n].merit) && c[i]->runs == seed - 1)
                take(c[i], given[n]);
    return true;
}

bool race_test(struct race *r, struct candidate *c, const char *options, int count)
{
    struct job *run = NEW_ARRAY(r->mem, struct job, count);
    const struct given *given;
    for (int i = 0; i < count; i++)
        if (!run_one(r, &run[i], c, options, r->epochs, i + 1))
            return false;
    if (!(given = run_all(r, run, count)))
        return false;
    for (int i = c->runs = 0; i < count; i++)
        if (!isnan(given[i].merit))
            take(c, given[i]);
    return true;
}

/* ---- which is better ---- */

static int by_mean(const void *a, const void *b)
{
    const struct candidate *x = *(struct candidate *const *)a, *y = *(struct candidate *const *)b;
    double p = x->runs ? candidate_merit(x) : -1, q = y->runs ? candidate_merit(y) : -1;
    if (p > q || p < q)
        return p > q ? -1 : 1;
    if (x->ram != y->ram)
        return x->ram < y->ram ? -1 : 1;
    return strcmp(x->what, y->what);
}

static void sort(struct candidate **c, int count)
{
    qsort(c, (size_t)count, sizeof *c, by_mean);
}

/* Runs after which a plan may be taken: three, or as many as there are. */
static int enough_runs(const struct race *r, bool floats)
{
    int most = 0;
    for (int i = 0; i < r->plans.count; i++)
        if (r->plans.list[i]->floats == floats && r->plans.list[i]->runs > most)
            most = r->plans.list[i]->runs;
    return most < MOVE_SEEDS ? most : MOVE_SEEDS;
}

static bool may_be_taken(const struct candidate *c, bool floats, const struct candidate *but, int enough)
{
    return c != but && c->floats == floats && c->runs >= enough;
}

/* What has fewer runs than the best before it has to be surely better. */
static struct candidate *best_of(const struct race *r, bool floats, const struct candidate *but)
{
    struct candidate *best = NULL;
    int enough = enough_runs(r, floats);
    double variance = merit_variance(&r->plans);
    for (int i = 0; i < r->plans.count && enough; i++) {
        struct candidate *c = r->plans.list[i];
        if (!may_be_taken(c, floats, but, enough))
            continue;
        if (!best || (c->runs < best->runs ? merit_surely_better(variance, c, best) : merit_lead(c, best) > 0))
            best = c;
    }
    return best;
}

/* The cheapest that is as good as far as can be told; less than 1 % of the RAM is no reason to give up anything. */
static struct candidate *cheapest_like(const struct race *r, struct candidate *best)
{
    struct candidate *chosen = best;
    int enough = enough_runs(r, best->floats);
    double variance = merit_variance(&r->plans);
    for (int i = 0; i < r->plans.count; i++) {
        struct candidate *c = r->plans.list[i];
        if (may_be_taken(c, best->floats, NULL, enough) && c->ram * 100 < chosen->ram * 99 &&
            merit_lead(c, best) >= -merit_error(variance, c, best))
            chosen = c;
    }
    return chosen;
}

struct candidate *race_chosen(const struct race *r)
{
    struct candidate *own = best_of(r, false, NULL), *best = own ? own : best_of(r, true, NULL);
    return best ? cheapest_like(r, best) : NULL;
}

/* ---- stages ---- */

static bool over(const struct race *r)
{
    return r->taken >= r->most || queue_late(&r->queue);
}

static void lead(struct race *r, const struct candidate *c)
{
    r->queue.best =
        arena_format(r->mem, "%.1f %% in %s: %s", 100 * candidate_mean(c), size_text(r->mem, c->ram), c->what);
}

/* The same plan with another rate, as a candidate of its own. */
static struct candidate *with_rate(struct race *r, const struct candidate *c, double rate)
{
    struct candidate *other = NEW(r->mem, struct candidate);
    *other = *c;
    other->runs = 0;
    other->optimizer.rate = rate;
    return other;
}

/* With another optimizer, too, it is planned anew.  NULL if that does not fit. */
static struct candidate *with_optimizer(struct race *r, const struct candidate *c, enum optimizer_kind kind,
                                        double rate)
{
    struct candidate *other = with_rate(r, c, rate);
    if (kind != c->optimizer.kind)
        other->optimizer = optimizer_named(&other->optimizer, kind == OPTIMIZER_ADAM ? "adam" : "sgd");
    bool planned = kind == c->optimizer.kind || candidate_plan(r->d, r->base, other);
    return planned && other->fits ? other : NULL;
}

/* The best rate of an optimizer on a plan: three rates a factor of four apart, then the two beside the best of these, then the
 * better two by two more seeds; the larger if they are equal.  NULL if it does not fit, or after a message. */
static struct candidate *best_rate(struct race *r, const struct candidate *on, enum optimizer_kind kind, double middle)
{
    struct candidate *tried[5];
    int count = 0;
    if (!(on = with_optimizer(r, on, kind, middle)))
        return NULL;
    for (int i = -1; i <= 1; i++)
        tried[count++] = with_optimizer(r, on, kind, middle * pow(4, i));
    if (!measure(r, tried, count, 1))
        return NULL;
    sort(tried, count);
    double best = tried[0]->optimizer.rate;
    tried[count++] = with_optimizer(r, on, kind, best * 2);
    tried[count++] = with_optimizer(r, on, kind, best / 2);
    if (!measure(r, tried + 3, 2, 1))
        return NULL;
    sort(tried, count);
    if (!measure(r, tried, 2, MOVE_SEEDS))
        return NULL;
    double lead = merit_lead(tried[0], tried[1]);
    bool larger = tried[0]->optimizer.rate > tried[1]->optimizer.rate;
    return lead > 0 || (lead >= 0 && larger) ? tried[0] : tried[1];
}

bool race_tune(struct race *r, struct candidate *c)
{
    struct candidate *tried[3];
    for (int i = 0; i < 3; i++) {
        tried[i] = with_rate(r, c, c->optimizer.rate * pow(3, i - 1));
        tried[i]->floats = r->plans.like.floats;
    }
    if (!measure(r, tried, 3, 1))
        return false;
    sort(tried, 3);
    c->optimizer.rate = tried[0]->optimizer.rate;
    return true;
}

/* Which optimizer, and its rate: the adaptive one has to earn the memory that it takes. */
static bool find_rate(struct race *r, const struct candidate *on)
{
    struct candidate *sgd = best_rate(r, on, OPTIMIZER_SGD, 0.012), *adam = NULL;
    if (r->d->errors || !sgd)
        return !r->d->errors;
    if (r->most - r->taken > 2 * STARTERS)
        adam = best_rate(r, on, OPTIMIZER_ADAM, 0.001);
    bool better = adam && candidate_merit(adam) > candidate_merit(sgd) + 0.01;
    r->plans.like.optimizer = better ? adam->optimizer : sgd->optimizer;
    lead(r, better ? adam : sgd);
    return !r->d->errors;
}

struct screened {
    struct candidate *c;
    double merit;
};

static int by_merit(const void *a, const void *b)
{
    const struct screened *x = a, *y = b;
    if (x->merit > y->merit || x->merit < y->merit)
        return x->merit > y->merit ? -1 : 1;
    return strcmp(x->c->what, y->c->what);
}

/* The plans of windows, the best first; how many there are. */
static int screen_windows(struct race *r, struct screened *window)
{
    int first = r->plans.count;
    plans_of_windows(&r->plans);
    int count = r->plans.count - first;
    double *merit = NEW_ARRAY(r->mem, double, count + 1);
    if (!race_screen(r, r->plans.list + first, count, merit))
        return -1;
    for (int i = 0; i < count; i++)
        window[i] = (struct screened){r->plans.list[first + i], merit[i]};
    qsort(window, (size_t)count, sizeof *window, by_merit);
    return count;
}

/* Whole plans for the race, in turn of the plans of depth and of what is around each of the best windows, which stands first
 * there. */
static int starters(struct race *r, const struct screened *window, int windows, struct candidate **start, int most)
{
    int from[WINDOWS + 2], count = 0, lists = 1;
    from[0] = r->plans.count;
    plans_of_depth(&r->plans);
    for (; lists <= windows && lists <= WINDOWS; lists++) {
        from[lists] = r->plans.count;
        plans_around(&r->plans, window[lists - 1].c);
    }
    from[lists] = r->plans.count;
    for (int turn = 0, before = -1; count < most && count > before; turn++) {
        before = count;
        for (int i = 0; i < lists && count < most; i++) {
            int at = from[i] + turn - (i > 0);
            if (i > 0 && turn == 0)
                start[count++] = window[i - 1].c;
            else if (at < from[i + 1])
                start[count++] = r->plans.list[at];
        }
    }
    return count;
}

/* Halves the field while the seeds double. */
static bool halve(struct race *r, struct candidate **field, int count)
{
    for (int runs = 1;; runs *= 2) {
        if (over(r))
            return true;
        if (!measure(r, field, count, runs))
            return false;
        sort(field, count);
        lead(r, field[0]);
        if (count <= FINALISTS)
            return true;
        count = (count + 1) / 2;
    }
}

/* One neighbour of what leads; true if it leads now. */
static bool try_move(struct race *r, struct candidate **leader, struct candidate *c)
{
    if (!measure(r, &c, 1, MOVE_SEEDS))
        return false;
    bool better = merit_surely_better(merit_variance(&r->plans), c, *leader);
    bool cheaper = c->ram < (*leader)->ram && merit_lead(c, *leader) >= 0;
    if (better || cheaper) {
        *leader = c;
        lead(r, c);
    }
    return better || cheaper;
}

/* Neighbours of the leader, until no run is left or none is better. */
static bool move(struct race *r)
{
    struct candidate *leader = best_of(r, r->plans.like.floats, NULL);
    if (!leader || over(r))
        return true;
    if (leader->runs < MOVE_SEEDS && !measure(r, &leader, 1, MOVE_SEEDS)) /* few runs: the field was small */
        return false;
    for (bool moved = true; moved && !over(r);) {
        int first = r->plans.count;
        plans_beside(&r->plans, leader);
        moved = false;
        for (int i = first; i < r->plans.count && !moved && r->most - r->taken >= MOVE_SEEDS && !over(r); i++) {
            moved = try_move(r, &leader, r->plans.list[i]);
            if (r->d->errors)
                return false;
        }
    }
    return true;
}

/* What led in floats, as the device will run it. */
static bool as_on_device(struct race *r)
{
    struct candidate *two[FINALISTS] = {best_of(r, true, NULL), NULL}, *own[FINALISTS];
    int count = 0;
    two[1] = two[0] ? best_of(r, true, two[0]) : NULL;
    for (int i = 0; i < FINALISTS && two[i]; i++) {
        struct candidate like = *two[i];
        like.floats = false;
        struct candidate *c = plans_add(&r->plans, two[i]->way.part, &like);
        if (c)
            own[count++] = c;
    }
    return measure(r, own, count, MOVE_SEEDS);
}

static bool run_stages(struct race *r)
{
    int groups = r->plans.parts->ngroup;
    struct screened *window = NEW_ARRAY(r->mem, struct screened, groups + 1);
    struct candidate *start[STARTERS];
    r->stage = "the choice of a network";
    r->least = r->taken + RATE_RUNS + (groups > 2 ? groups - 2 : 1) + STARTERS / 4;
    if (over(r))
        return true; /* nothing whole was measured: who called says so */
    r->stage = "the search for a rate";
    plans_of_windows(&r->plans); /* most plans of the field will be like these */
    if (!r->plans.count)
        plans_of_depth(&r->plans);
    if (!r->plans.count)
        return false;
    if (!find_rate(r, r->plans.list[r->plans.count / 2]))
        return false;
    r->plans.count = 0; /* they were planned with another optimizer */
    if (over(r))
        return true;
    r->stage = "windows";
    int windows = screen_windows(r, window);
    if (windows < 0)
        return false;
    int left = r->most - r->taken, field = left >= 40 ? STARTERS : left >= 20 ? STARTERS / 2 : STARTERS / 4;
    int count = starters(r, window, windows, start, field);
    return halve(r, start, count) && move(r);
}

bool race_run(struct race *r)
{
    int most = r->most;
    r->queue.total = most;
    if (r->plans.like.floats && most >= 2 * STARTERS) /* kept for the end; few runs would be too few without them */
        r->most -= FINALISTS * MOVE_SEEDS;
    bool found = run_stages(r);
    r->most = most;
    return found && (!r->plans.like.floats || as_on_device(r));
}
