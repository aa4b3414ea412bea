/* SPDX-License-Identifier: MIT */
/* merit: which of two measured plans is better, and how surely.  Inside the room choose.
 *
 * Plans are compared by the mean probability that the right class gets (the certainty): of few samples it says more than
 * counting which are right.  Measured on mcunet-5fps and 255 hand signs held back: two plans, of 98.8 % (floats) and 97.1 %
 * (integers) on unseen persons, differed by 0.9 +- 0.3 points in certainty over six seeds, by 0.1 +- 0.3 in accuracy. */
#ifndef MERIT_H
#define MERIT_H

#include "choose/plans.h"

/* By how much a is better than b, over the seeds that both have run: a seed draws which samples are held back, and some of
 * these are harder than others.  0 where they have none in common. */
double merit_lead(const struct candidate *a, const struct candidate *b);

/* What a difference of two runs with one seed varies by, from all plans that were repeated. */
double merit_variance(const struct plans *p);

/* The standard error of merit_lead, from that variance. */
double merit_error(double variance, const struct candidate *a, const struct candidate *b);

/* Of many that are tried by a few seeds the luckiest looks better than it is: it has to be so by twice the error. */
bool merit_surely_better(double variance, const struct candidate *a, const struct candidate *b);

#endif
