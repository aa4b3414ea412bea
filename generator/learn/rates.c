/* SPDX-License-Identifier: MIT */
/* --rate auto and --optimizer auto: which rate learns best is measured, on samples that are not learnt from.
 *
 *     range    one pass over a few hundred samples with each of six rates, a factor of 4 apart: the least loss
 *     halves   half as many epochs as are wanted, at most 3, with that rate, half of it, twice as much: the best accuracy
 *
 * for every optimiser in question.  Of optimisers whose accuracies are within a standard error the one that needs the least
 * memory is taken. */
#include "learn/team.h"
#include "learn/trial.h"

#include <math.h>
#include <string.h>

enum { RATES = 6, HALVES = 3, FEW = 400, MANY = 2000, MOST_EPOCHS = 3 };

struct option_tried {
    struct optimizer optimizer;
    const char *name;
    struct product *product;
    struct executable *program;
    double rate;
    struct quality measure;
};

/* Runs with so many rates; the best by loss, or by accuracy first.  -1: none came to its end. */
static int try_rates(struct trial *t, const struct learn_run *plan, const double *rate, int count, bool by_accuracy,
                     struct quality *best)
{
    struct learn_run run[RATES];
    struct run_result *result[RATES];
    bool well[RATES];
    int found = -1;
    for (int i = 0; i < count; i++) {
        run[i] = *plan;
        run[i].rate = rate[i];
        if (!(result[i] = run_result_new(t->mem, t->d, &run[i])))
            return -1;
    }
    runs_do(t->d, run, result, well, count, t->how->jobs, NULL, NULL);
    for (int i = 0; i < count; i++) {
        struct quality m = result[i]->after;
        bool learns = well[i] && !result[i]->troubles && isfinite(m.loss);
        bool better = found < 0 ||
                      (by_accuracy && isfinite(m.accuracy) && m.accuracy != best->accuracy ? m.accuracy > best->accuracy
                                                                                           : m.loss < best->loss);
        if (learns && better) {
            found = i;
            *best = m;
        }
    }
    return found;
}

static bool search_rate(struct trial *t, struct option_tried *o, struct subset learn, struct subset held)
{
    double range[RATES], half[HALVES], lowest = o->optimizer.kind == OPTIMIZER_ADAM ? 0.0001 : 0.0005;
    struct learn_run run = trial_run(t, o->product, o->program, t->options->request.seed);
    run.keep_save = run.cosine = false;
    run.test = (struct subset){0};
    run.learn = subset_fewer(t->mem, learn, FEW, run.seed);
    run.validation = subset_fewer(t->mem, held, FEW, run.seed);
    run.epochs = 1;
    if (o->optimizer.momentum > 0 && o->optimizer.kind == OPTIMIZER_SGD)
        lowest *= 1 - o->optimizer.momentum;
    for (int i = 0; i < RATES; i++)
        range[i] = lowest * ldexp(1, 2 * i);
    int best = try_rates(t, &run, range, RATES, false, &o->measure);
    if (best < 0)
        return false;
    for (int i = 0; i < HALVES; i++)
        half[i] = ldexp(range[best], i - 1);
    run = trial_run(t, o->product, o->program, t->options->request.seed);
    run.keep_save = false;
    run.test = (struct subset){0};
    run.learn = subset_fewer(t->mem, learn, MANY, run.seed);
    run.validation = subset_fewer(t->mem, held, MANY, run.seed);
    run.epochs = t->how->epochs / 2 < 1 ? 1 : t->how->epochs / 2 > MOST_EPOCHS ? MOST_EPOCHS : t->how->epochs / 2;
    best = try_rates(t, &run, half, HALVES, true, &o->measure);
    o->rate = best < 0 ? 0 : half[best];
    return best >= 0;
}

static struct option_tried option_of(const struct trial *t, const char *name)
{
    struct option_tried o = {.name = name, .optimizer = optimizer_named(&t->optimizer, name)};
    return o;
}

/* True where b is better than a by more than a standard error; of losses, by more than a hundredth. */
static bool is_better(const struct quality *a, const struct quality *b, int samples)
{
    double p = a->accuracy;
    if (!isfinite(p))
        return b->loss < 0.99 * a->loss;
    return b->accuracy > p + sqrt(fmax(p * (1 - p), 0.25 / samples) / samples);
}

/* Sets what was chosen, and says why. */
static void choose_option(struct trial *t, const struct option_tried *option, int count, int samples, double *rate)
{
    const struct option_tried *best = &option[0];
    struct text why = text_new(t->mem);
    for (int i = 1; i < count; i++) /* those before it need less memory */
        if (option[i].rate > 0 && (best->rate <= 0 || is_better(&best->measure, &option[i].measure, samples)))
            best = &option[i];
    text_put(&why, "chosen: %s with rate %.3g; on %d samples it had not learnt from", best->name, best->rate, samples);
    for (int i = 0; i < count; i++)
        text_put(&why, isfinite(option[i].measure.accuracy) ? "%s %s %.3g: %.1f %%" : "%s %s %.3g: loss %.4g",
                 i ? "," : "", option[i].name, option[i].rate,
                 isfinite(option[i].measure.accuracy) ? 100 * option[i].measure.accuracy : option[i].measure.loss);
    t->chosen = why.at;
    t->optimizer = best->optimizer;
    t->product = best->product;
    t->program = best->program;
    *rate = best->rate;
}

bool search(struct trial *t, double *rate, int *code)
{
    static const char *const every[] = {"sgd", "momentum", "adam"};
    const char *const own[] = {optimizer_word(&t->optimizer)}, *const *name = own;
    struct option_tried option[3];
    struct subset learn = t->learn, held = t->validation;
    int count = 1, found = 0;
    if (t->how->optimizer && !strcmp(t->how->optimizer, "auto")) {
        name = every;
        count = 3;
    }
    if (!held.data && !subset_split(t->d, t->data, 0.2, t->options->request.seed, &learn, &held)) {
        *code = EXIT_BAD_INPUT;
        return false;
    }
    for (int i = 0; i < count; i++) {
        option[i] = option_of(t, name[i]);
        if (!trial_make(t, &option[i].optimizer, t->options->request.seed, &option[i].product, &option[i].program,
                        code))
            return false;
        if (t->how->rate >= 0)
            option[i].rate = t->how->rate;
        found += search_rate(t, &option[i], learn, held);
    }
    if (!found) {
        diag_error(t->d, (struct loc){t->product->spec->path, 0}, NULL, "a network without init or with clip may",
                   "with no rate that was tried the network learns");
        *code = EXIT_BAD_INPUT;
        return false;
    }
    choose_option(t, option, count, held.count < MANY ? held.count : MANY, rate);
    return true;
}
