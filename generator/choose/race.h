/* SPDX-License-Identifier: MIT */
/* race: the search among measured plans.  Inside the room choose. */
#ifndef RACE_H
#define RACE_H

#include "choose/plans.h"
#include "choose/queue.h"

struct race {
    struct arena *mem;
    struct diag *d;
    const struct candidate_base *base;
    struct plans plans;
    struct queue queue;
    const char *program; /* this program, as a word of sh */
    const char *samples; /* options of calibrate; words of sh */
    const char *data;    /* options of every run: data, validation, what they have in common; words of sh */
    int epochs;
    int most;          /* runs that the search may take */
    int taken;         /* so far */
    int least;         /* that reach whole plans */
    const char *stage; /* the last that was begun before whole plans */
};

/* Finds what should learn: true if some plan was measured; the order of plans.list is then the order of merit of those that
 * were.  The stages, and what each costs in runs:
 *
 *     rates      one plan, the optimizer and its rate by a few runs                          9
 *     windows    which three neighbouring groups are worth slices: short runs               a window one
 *     halving    whole plans around the best windows: 16 by one seed, 8 by 2, 4 by 4, 2 by 8    40
 *     moves      neighbours of what leads, three seeds each                                  the rest
 *
 * Averages decide, never one seed, over the seeds that both have run.  Two plans that are closer than the error of their
 * difference are a tie, and less RAM wins. */
bool race_run(struct race *r);

/* Where the spec leaves something open with choice(...): which network, before race_run.  False if none fits, or after a
 * message. */
bool race_choose_network(struct race *r, const struct spec *s);

/* Short runs, one of each plan: they decide what is looked at, and are not kept. */
bool race_screen(struct race *r, struct candidate *const *c, int count, double *merit);

/* What the batch norms of each plan's network meet, into its `norms`: another sub-network has others.  Forward passes only. */
bool race_find_norms(struct race *r, struct candidate *const *c, int count);

/* How well the features of each plan's network tell the classes apart before anything learns: the share of samples that are
 * nearest to the mean of their class.  Forward passes only. */
bool race_rank(struct race *r, struct candidate *const *c, int count, double *share);

/* Of the candidates with the most runs the one to take: the one that is surest, or what is tied with it in less RAM. */
struct candidate *race_chosen(const struct race *r);

/* The plan takes the best of three rates, its own and a third and three times that: what it is compared with had a search. */
bool race_tune(struct race *r, struct candidate *c);

/* The plan's runs become those of seeds 1..count that learn from all of the training data and are tested on others; false
 * after a message. */
bool race_test(struct race *r, struct candidate *c, const char *options, int count);

#endif
