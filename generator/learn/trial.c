/* SPDX-License-Identifier: MIT */
/* What is trained: a product of the spec for each optimiser and seed, and its runs. */
#include "learn/trial.h"

#include <string.h>

/* ---- optimisers ---- */

const char *optimizer_word(const struct optimizer *o)
{
    return o->kind == OPTIMIZER_ADAM ? "adam" : o->momentum > 0 ? "momentum" : "sgd";
}

struct optimizer optimizer_named(const struct optimizer *of_spec, const char *word)
{
    struct optimizer o = {.rate = of_spec->rate, .weight_decay = of_spec->weight_decay};
    if (!strcmp(optimizer_word(of_spec), word))
        return *of_spec;
    if (!strcmp(word, "momentum"))
        o.momentum = 0.9;
    if (!strcmp(word, "adam")) {
        struct optimizer usual = optimizer_default();
        o.kind = OPTIMIZER_ADAM;
        o.beta1 = usual.beta1;
        o.beta2 = usual.beta2;
        o.eps = usual.eps;
    }
    return o;
}

/* ---- products and runs ---- */

bool trial_make(struct trial *t, const struct optimizer *o, unsigned seed, struct product **p, struct executable **e,
                int *code)
{
    struct request r = t->options->request;
    struct variant v = {.batch = t->how->batch, .on_host = true, .optimizer = o, .clips = true};
    struct compiling how = {t->options->cc, t->how->level, t->how->patience, t->folder};
    r.seed = seed;
    bool made = o && seed == t->options->request.seed &&
                !strcmp(optimizer_word(o), optimizer_word(&t->product->spec->train.optimizer));
    *p = made ? t->product : generate(t->mem, t->d, &r, &v, code);
    if (!*p)
        return false;
    *e = NULL;
    if (o && !(*e = executable_new(t->mem, t->d, *p, how)))
        *code = EXIT_IO;
    return !o || *e;
}

struct learn_run trial_run(const struct trial *t, const struct product *p, const struct executable *e, unsigned seed)
{
    return (struct learn_run){.product = p,
                              .program = e,
                              .learn = t->learn,
                              .validation = t->validation,
                              .test = t->test,
                              .rate = t->optimizer.rate,
                              .cosine = !strcmp(t->how->schedule, "cosine"),
                              .epochs = t->how->epochs,
                              .seed = seed,
                              .augment = t->augment,
                              .keep_save = t->how->save != NULL};
}
