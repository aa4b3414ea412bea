/* SPDX-License-Identifier: MIT */
/* library: a compiled output.  Inside the room host. */
#ifndef LIBRARY_H
#define LIBRARY_H

#include "pipeline/pipeline.h"

/* Its functions have the emitted API; train takes (label or target). */
struct library {
    void *handle;
    int (*init)(void *net);
    int (*predict)(const void *net, void *scratch, const void *input, float *scores);
    int (*train)(void *net, void *scratch, const void *input, int label, float *loss);
    int (*train_target)(void *net, void *scratch, const void *input, const float *target, float *loss);
    int (*set_rate)(void *net, float rate);
    unsigned char *net, *scratch;
};

/* Compiles with the command `cc` in a temporary folder and loads the result.  NULL after a message. */
struct library *library_load(struct arena *mem, struct diag *d, const struct product *p, const char *cc);
void library_close(struct library *l);

#endif
