/* SPDX-License-Identifier: MIT */
/* host: the commands that work on a spec's output: write and report it, or compile it on this machine and run it. */
#ifndef HOST_H
#define HOST_H

#include "base/write.h"
#include "pipeline/pipeline.h"

/* What each of them is told. */
struct host_options {
    struct request request;
    struct reporting report;
    const char *cc; /* the C compiler of this machine */
    int hop;        /* of signals: steps from a window to the next; 0: a window */
};

struct generate_options {
    enum { GENERATE_OUTPUT, GENERATE_PLAN, GENERATE_NOTHING, GENERATE_DUMP } what; /* gen, plan, check, gen --dump */
    struct destination to;
    bool paper_accounting; /* the report counts as the TinyTL paper does */
    bool dumped;           /* a stage was printed: nobody waits for a report */
};

struct verify_options {
    const char *vectors; /* the file of reference vectors */
    double tolerance, sgd_rate, adam_rate;
};

struct quantize_options {
    const char *data; /* samples to look at, */
    int images;       /* at most so many */
    const char *output;
    bool force;
};

struct calibrate_options {
    const char *data;  /* samples to look at, */
    int images;        /* at most so many */
    const char *level; /* of x86-64 that the network is compiled for, or NULL: this machine's */
    const char *output;
    bool force;
};

/* The commands; each gives its exit code. */
int host_generate(struct arena *mem, struct diag *d, const struct host_options *o, const struct generate_options *g);
int host_verify(struct arena *mem, struct diag *d, const struct host_options *o, const struct verify_options *v);
int host_quantize(struct arena *mem, struct diag *d, const struct host_options *o, const struct quantize_options *q);
int host_calibrate(struct arena *mem, struct diag *d, const struct host_options *o, const struct calibrate_options *c);

#endif
