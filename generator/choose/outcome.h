/* SPDX-License-Identifier: MIT */
/* outcome: what `choose` found.  Inside the room choose. */
#ifndef OUTCOME_H
#define OUTCOME_H

#include "base/write.h"
#include "choose/choose.h"
#include "choose/race.h"

enum control { CONTROL_CHOSEN, CONTROL_LAST, CONTROL_BIAS, CONTROL_WHAT_FITS, CONTROL_FULL, CONTROLS };

struct outcome {
    struct arena *mem;
    const char *name; /* of the network */
    const struct race *race;
    const struct candidate *chosen;
    struct candidate *control[CONTROLS]; /* its runs are those on the test data, or none; NULL: there is no such plan */
    int runs;                            /* of the search; those for the controls are not counted */
    double seconds;
    struct budget budget;
};

extern const char *const control_names[CONTROLS];

/* The measured plans none of which is beaten in both RAM and accuracy: indices into race->plans.list by RAM, and how many. */
int outcome_front(const struct outcome *c, int *front);

void report_outcome(const struct outcome *c, const struct reporting *r, FILE *out);

/* The lines of comment at the head of the spec that is written. */
char *outcome_head(const struct outcome *c);

#endif
