/* SPDX-License-Identifier: MIT */
/* ways: what of a network could learn, as lists of updates.  Inside the room choose. */
#ifndef WAYS_H
#define WAYS_H

#include "choose/parts.h"

#include <cjson/cJSON.h>

/* One way to learn. */
struct way {
    const char *what;      /* for people: "biases from blocks.4" */
    const double *part;    /* by parameter: the fraction that learns; 0: frozen */
    bool of_inputs;        /* where that is below 1, of its input channels; else of its output channels */
    struct update *update; /* patterns that fit exactly these */
    int nupdate;
    double values; /* how many learn, about */
    double gain;   /* see gain_of: expected points of accuracy over the last layer alone */
};

struct ways {
    struct way *list; /* those with few values first */
    int count, capacity;
    int nparam;
};

/* All ways worth a look without data. */
struct ways ways_find(struct arena *mem, const struct parts *p);

/* True if all that learns in a learns in b, too. */
bool way_within(const struct way *a, const struct way *b, int nparam);

/* Patterns that fit exactly the parameters whose part is as wanted, few and readable. */
void patterns_find(struct arena *mem, struct way *w, const struct parts *p);

/* update = { "classifier.*", { "blocks.?.pointwise1.weight", outputs = 1/4 } }: a line of a spec; lines,
 * where `width` is not 0, that begin with `indent` blanks. */
char *way_line(struct arena *mem, const struct way *w, int indent, int width);

/* [ "classifier.*", { "glob": "blocks.?.pointwise1.weight", "outputs": 0.25 } ] */
cJSON *way_json(const struct way *w);

#endif
