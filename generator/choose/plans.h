/* SPDX-License-Identifier: MIT */
/* plans: whole plans of what learns, to be measured.  Single gains do not add up, so what is compared are whole plans:
 *
 *     ...   blocks.4   blocks.5   blocks.6   blocks.7   blocks.8   blocks.9   blocks.10   ...   classifier
 *                                            |-- a window: slices ----|
 *           |-- biases: of the window, before it, behind it --------------------->                learns
 *
 * Inside the room choose. */
#ifndef PLANS_H
#define PLANS_H

#include "choose/candidate.h"

struct plans {
    struct arena *mem;
    struct diag *d;
    const struct candidate_base *base;
    const struct parts *parts;
    struct candidate like; /* what a new one has in common with all: precision, optimizer */
    struct candidate **list;
    int count, capacity;
};

/* Each window of three groups, its weights in the largest part that fits, with the biases of the window. */
void plans_of_windows(struct plans *p);

/* Variations of a plan that plans_of_windows made: other lengths, other weights, low-rank branches, biases by other rules. */
void plans_around(struct plans *p, const struct candidate *window);

/* Everything, if that fits; one part of the inputs of every 1x1 convolution, with all biases; biases from a place on, the
 * deepest that fits, and of two thirds and of one third of these; the last layer alone. */
void plans_of_depth(struct plans *p);

/* What differs in one thing from a plan: biases of one group less or more, a group more or less in the window, larger or
 * smaller slices, another precision. */
void plans_beside(struct plans *p, const struct candidate *c);

/* The candidate that lets learn what `way` says; what it is called is made of that.  NULL if it is there already, does not
 * fit, or does not work. */
struct candidate *plans_add(struct plans *p, const double *part, const struct candidate *like);

/* "biases blocks.4-5; pointwise inputs 1/4 blocks.7-9" */
char *way_describe(struct arena *mem, const struct parts *p, const double *part);

#endif
