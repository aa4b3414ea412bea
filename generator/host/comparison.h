/* SPDX-License-Identifier: MIT */
/* What the checks of verify share: the vectors, a program that runs, and differences between the two. */
#ifndef COMPARISON_H
#define COMPARISON_H

#include "host/host.h"
#include "host/verdicts.h"
#include "host/worker.h"

struct check {
    struct arena *mem;
    struct diag *diag;
    const struct host_options *options;
    const char *path; /* of the vectors */
    const struct tensor_file *vectors;
    const struct tensor *input, *label, *target;
    int samples;
    bool elements; /* `input` has the elements of the spec's input, not the real numbers that these stand for */
    bool integers; /* an int8 network */
    bool counts;   /* an int8 network with vectors of integers: these count, not those of its real numbers */
    struct verdicts verdicts;
    float *wanted; /* the target of a sample */
    double tolerance;
};

struct difference {
    int64_t count;
    double largest, scale; /* of |ours - theirs|, of |theirs| */
    bool finite, exact;    /* exact: whole numbers, which must be the same */
};

/* A number of ours beside that of the vectors; the first rows of a map, h w c, beside sample n of an
 * N,C,H,W tensor (or N,D). */
void compare_number(struct difference *d, double ours, double theirs);
void compare_map(const struct tensor *t, int sample, const struct val *v, int rows, const float *ours,
                 struct difference *d);

/* A row of the table. */
void compare_verdict(struct check *c, const char *name, const struct difference *d);
void compare_skip(struct check *c, const char *name, const char *why);

/* True if a tensor's name begins so. */
bool vectors_have(const struct check *c, const char *prefix);

/* The spec as another variant, compiled, with factory values.  NULL after a message. */
struct product *compare_variant(struct check *c, const struct variant *v, struct worker **l, int *code);

int compare_classes(const struct product *p);

/* Room for a sample; sample n as the network takes it; a step with it: a status of the emitted API. */
void *compare_image(struct check *c, const struct product *p);
void compare_input(const struct check *c, const struct product *p, int n, void *out);
int compare_train(struct check *c, const struct product *p, struct worker *l, int n, void *image, float *loss);

/* Compares every layer's result: check_layers.c. */
int check_layers(struct check *c);

#endif
