/* SPDX-License-Identifier: MIT */
/* choose: what of a network should learn: what-fits by a rule of thumb, choose by measurements on the user's data. */
#ifndef CHOOSE_H
#define CHOOSE_H

#include "learn/learn.h"

struct choose_options {
    const char *program; /* this program, as it can be called */
    const char *output;  /* the spec to write */
    bool force;
    const char *state;  /* the folder of results; NULL: beside the output */
    const char *runner; /* see struct queue */
    int jobs;           /* 0: one a processor */
    int runs;           /* that the search may take */
    double minutes;     /* 0: as long as it takes */
    bool floats;        /* measure in float32; what leads then, as the spec says */
    int64_t macs;       /* bound on those of a training step; 0: none */
};

/* The commands; each gives its exit code. */
int what_fits(struct arena *mem, struct diag *d, const struct host_options *o);
int choose(struct arena *mem, struct diag *d, const struct host_options *o, const struct train_options *t,
           const struct choose_options *c);

#endif
