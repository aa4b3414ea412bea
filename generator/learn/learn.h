/* SPDX-License-Identifier: MIT */
/* learn: a network learns here, on data, and is measured: the command train.  What one run is says learn_run.h. */
#ifndef LEARN_H
#define LEARN_H

#include "host/host.h"
#include "learn/learn_run.h"

/* Beside rates that are numbers. */
enum { RATE_OF_SPEC = -1, RATE_AUTO = -2 };

struct train_options {
    const char *train, *test; /* data sets; test: or NULL, with a validation part */
    const char *group;        /* a file that says what belongs together, or NULL */
    double validate;          /* the share of `train` that is held back; 0: none */
    const char *schedule;     /* of the rate: "constant" or "cosine" */
    const char *optimizer;    /* "auto", "sgd", "momentum", "adam"; NULL: the spec's */
    const char *augment;      /* words of augment.h, or NULL */
    const char *level;        /* of x86-64, see host/compile.h */
    const char *cache;        /* a folder in which programs of runs are kept and found again, or NULL */
    const char *from;         /* a saved net to go on from, or NULL */
    const char *save;         /* a file for what was learnt, or NULL */
    bool force;               /* over what is there */
    int epochs, batch;        /* batch 0: the spec's own */
    int seeds, jobs;
    double false_alarms; /* of an autoencoder: the share of normal samples that may give an alarm */
    int patience;        /* seconds that an answer of a run may take */
    double rate;
    bool nearest_mean; /* nothing learns: how well features tell classes apart as they are */
};

/* Reads the data as a run of the spec would, which finds them decoded in t->cache.  False after messages. */
bool learn_reads(struct arena *mem, struct diag *d, const struct host_options *o, const struct train_options *t,
                 struct product *p);

int learn_train(struct arena *mem, struct diag *d, const struct host_options *o, const struct train_options *t);

#endif
