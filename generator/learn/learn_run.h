/* SPDX-License-Identifier: MIT */
/* learn_run: a network learns from data, in a process of its own, and is measured: what train does once for each seed, and
 * what choosing is made of.
 *
 *     struct product *p = generate(mem, d, &request, &variant, &code);     variant.on_host; update, optimizer, batch
 *     struct executable *e = executable_new(mem, d, p, (struct compiling){.cc = cc, .level = "x86-64-v3", .folder = folder});
 *     struct learn_run run = {.product = p, .program = e, .learn = .., .validation = .., .rate = 0.01, .epochs = 8, .seed = 1};
 *     struct run_result *result = run_result_new(mem, d, &run);
 *     run_do(mem, d, &run, result);                                          or, several at a time:  team.h
 *
 * The same run gives the same result, whatever runs beside it.  The seed of the request decides the random initial
 * values, that of the run the order of samples and what augmentation draws.  A program is found again in the folder by
 * what it is made of, so that runs that differ in seeds or weights alone are compiled once. */
#ifndef LEARN_RUN_H
#define LEARN_RUN_H

#include "host/worker.h"
#include "learn/augment.h"
#include "learn/measure.h"

struct learn_run {
    const struct product *product;
    const struct executable *program;
    struct subset learn;            /* what it learns from */
    struct subset validation, test; /* what it is measured with: after every epoch, and before and after all */
    double rate;
    bool cosine; /* the rate falls as half a cosine to 0 */
    int epochs;
    unsigned seed;
    struct augmentation augment;
    const unsigned char *start; /* a save of the product to go on from, or NULL */
    bool keep_save;             /* what it has learnt is wanted */
};

enum { RUN_TROUBLES = 8 };

/* Where a step was not finite. */
struct run_trouble {
    int epoch, sample; /* of the data */
    double rate;       /* with which it happened */
    bool loss;         /* the loss was not finite; else the gradient of a tensor */
    char tensor[48];   /* the largest value that learns is of, or "" */
};

enum run_end {
    RUN_UNFINISHED, /* its process, or ours, was ended from outside */
    RUN_FINISHED,
    RUN_FAILED /* the network ended while it ran, or gave up: said in a message */
};

/* Its memory is shared with the processes that do runs; it has no pointers but to itself. */
struct run_result {
    enum run_end end;
    struct quality before, after; /* of the test part; without one of the validation part */
    struct quality validation;    /* after all epochs; NaN: no such part */
    double rate;                  /* that it began the last epoch with: the run's, unless a step was not finite */
    double seconds;               /* of a processor, in training */
    int64_t samples;              /* trained on until now, of */
    int64_t total;
    double loss;  /* mean of the present epoch */
    int troubles; /* how often a step was not finite; the first of them: */
    struct run_trouble trouble[RUN_TROUBLES];
    int epochs, outputs; /* done; numbers that the network gives */
    struct run_epoch {
        double loss, accuracy; /* mean while it learnt; after it, of the validation part, else of the test part */
    } * epoch;
    float *scores;       /* of the test part, else of the validation part: count times outputs */
    size_t saved;        /* bytes of */
    unsigned char *save; /* what NAME_save gives, and the net itself; NULL where they are not wanted */
    unsigned char *net;
};

/* Zeroed, with room for what the run gives.  NULL after a message. */
struct run_result *run_result_new(struct arena *mem, struct diag *d, const struct learn_run *run);

/* False where the program did not come to its end; result->end says more. */
bool run_do(struct arena *mem, struct diag *d, const struct learn_run *run, struct run_result *result);

/* Predicts a part in a worker: count times outputs scores.  False if it ended. */
bool run_scores(struct worker *w, const struct product *p, struct subset part, float *scores);

#endif
