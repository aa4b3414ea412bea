/* SPDX-License-Identifier: MIT */
/* candidate: one answer to "what should learn, and how".  It is a spec that includes the user's and says the rest behind it,
 * so what is planned, what is run and what the user gets in the end are the same text. */
#ifndef CANDIDATE_H
#define CANDIDATE_H

#include "choose/ways.h"
#include "pipeline/pipeline.h"

enum { CANDIDATE_RUNS = 16 };

struct candidate {
    const char *what;   /* for people */
    struct way way;     /* of the parameters of the spec that was given */
    const char *side;   /* entries of side { ... }: branches beside its layers; "" */
    const char *branch; /* the pattern that these learn by, or NULL */
    const char *set;    /* lines set("width", 96); "" */
    const char *norms;  /* a file of what the batch norms of this network meet; NULL: those of the spec */
    struct precision precision;
    bool floats; /* measured in float32, whatever the precision is */
    struct optimizer optimizer;
    /* as the planner says, exactly */
    bool planned, fits;
    int64_t ram, flash, macs, trained;
    /* as was measured on the validation part, by seed: 0 .. 1 */
    double accuracy[CANDIDATE_RUNS];
    double merit[CANDIDATE_RUNS]; /* by which plans are compared, see merit.h */
    int runs;
};

/* What all candidates of a call share. */
struct candidate_base {
    const char *spec;          /* the user's file, as an absolute name */
    const struct train *train; /* what it says: loss, batch and clip stay */
    struct precision precision;
    struct budget budget;   /* of the command line; what is 0 the spec says */
    int64_t macs;           /* bound on those of a training step; 0: none */
    struct request request; /* budget, options, seed */
    const char *state;      /* the folder that candidates are written to */
};

/* "float32" or "bfloat16": what values that learn are. */
const char *precision_trained(const struct precision *p);

/* The spec: `include` is the name by which it calls the user's; head: lines of comment before all. */
char *candidate_text(struct arena *mem, const struct candidate_base *b, const struct candidate *c, const char *include,
                     const char *head);

/* Writes it into the state folder, under the name of its hash, if it is not there: to be planned, or to be run.  NULL after a
 * message. */
char *candidate_file(struct arena *mem, struct diag *d, const struct candidate_base *b, const struct candidate *c,
                     bool run);

/* Plans it: fills in what the planner says.  False if it does not work in this network, or after a message. */
bool candidate_plan(struct diag *d, const struct candidate_base *b, struct candidate *c);

double candidate_merit(const struct candidate *c); /* the mean of its runs */

/* The mean accuracy of its runs, and its sample standard deviation (0 for a single one). */
double candidate_mean(const struct candidate *c);
double candidate_spread(const struct candidate *c);

#endif
