/* SPDX-License-Identifier: MIT */
/* trial: what the files of the command train share.  Inside the room learn. */
#ifndef TRIAL_H
#define TRIAL_H

#include "learn/learn.h"

/* A spec that learns, its data, and its runs. */
struct trial {
    struct arena *mem;
    struct diag *d;
    const struct host_options *options;
    const struct train_options *how;
    const char *folder;         /* of programs */
    struct optimizer optimizer; /* that learns */
    struct augmentation augment;
    const struct spec *own;  /* the spec as it is */
    struct product *product; /* of the first seed */
    struct executable *program;
    struct dataset *data, *tested;
    struct subset learn, validation, test; /* data is NULL where there is none */
    struct learn_run *run;                 /* how->seeds */
    struct run_result **result;
    bool *well;         /* it came to its end */
    const char *chosen; /* what a search chose, and why, or NULL */
    bool bar;
};

/* The product of the spec with this optimiser and seed, and its program.  False after a message; *code says more. */
bool trial_make(struct trial *t, const struct optimizer *o, unsigned seed, struct product **p, struct executable **e,
                int *code);

/* "sgd", "momentum", "adam": the word of an optimiser; the optimiser of a word, as the spec has it if it is of that kind. */
const char *optimizer_word(const struct optimizer *o);
struct optimizer optimizer_named(const struct optimizer *of_spec, const char *word);

/* A run with the trial's parts and rates. */
struct learn_run trial_run(const struct trial *t, const struct product *p, const struct executable *e, unsigned seed);

/* ---- rates.c ---- */

/* --optimizer auto and --rate auto: sets the optimiser, product, program and *rate.  False after a message. */
bool search(struct trial *t, double *rate, int *code);

/* ---- keep.c: --save ---- */

/* False after a message. */
bool keep_learnt(struct trial *t);

/* ---- class_means.c: --nearest-mean ---- */

/* An exit code. */
int nearest_mean(struct trial *t);

/* ---- show.c: while they work ---- */

void show_progress(void *trial);

/* ---- task.c: what gives numbers instead of classes ---- */

struct cJSON;
void report_numbers_text(const struct trial *t, FILE *out);
void report_numbers_json(struct cJSON *root, const struct trial *t);

/* What a test cannot show. */
void warn_of_numbers(const struct trial *t);

/* ---- report.c, curves.c ---- */

void report_train_text(const struct trial *t, FILE *out);
void report_train_json(const struct trial *t, FILE *out);
void report_train_svg(const struct trial *t, FILE *out);

/* What runs gave, put together. */
struct figures {
    int runs;                /* that came to their end */
    int first;               /* of them */
    double *accuracy;        /* of each, at the end: of the test part, else of the validation part */
    double *validated;       /* likewise of the validation part */
    double *certain;         /* likewise the certainty */
    struct run_epoch *epoch; /* means */
    int *confusion;          /* classes x classes: the class it is, the one that was said; over all runs */
    int classes;
    double before, seconds, rate;
    struct subset part; /* that the figures are of */
};

struct figures figures_of(const struct trial *t);

/* The run that is kept: the best on the validation part; what the test samples say must not decide.  Without such a part
 * the first that came to its end. */
int kept_run(const struct trial *t);

struct cJSON *train_json(const struct trial *t, const struct figures *f);

/* ---- train_page.c ---- */

void report_train_page(const struct trial *t, FILE *out);

/* The ten samples whose class was thought the least probable, the worst first; in all runs together. */
struct mistake {
    int sample, label, said;
    double cost; /* mean cross entropy */
};

enum { MISTAKES = 10 };

int mistakes_of(const struct trial *t, const struct figures *f, struct mistake *list);

/* "dog/7.png", "dog/7.csv from 320", "sample 13" */
const char *sample_name(struct arena *mem, const struct dataset *data, int n);

/* Where a step was not finite first, and what was done. */
const char *trouble_text(struct arena *mem, const struct run_result *r, const struct dataset *data);

#endif
