/* SPDX-License-Identifier: MIT */
/* measure: how good scores are. */
#ifndef MEASURE_H
#define MEASURE_H

#include "learn/errors.h"

/* The number that a sample of its class gets the highest score, or with targets the mean squared error. */
struct quality {
    double accuracy; /* NaN without labels */
    double
        certainty; /* the mean probability that the right class gets: an accuracy that knows of near misses; NaN likewise */
    double loss; /* mean cross entropy, or mean squared error */
};

/* scores: part.count times `outputs`, in the order of the part. */
struct quality measure_scores(struct arena *mem, struct subset part, const struct input *in, const float *scores,
                              int outputs);

/* The class with the highest score; the first of several. */
int best_class(const float *scores, int outputs);

/* What a sample of label `label` costs: the cross entropy. */
double cross_entropy(const float *scores, int outputs, int label);

/* counts[true class * classes + said class] += samples */
void confusion_add(int *counts, struct subset part, const float *scores, int outputs, int classes);

/* Of some numbers their mean, and the standard deviation of a sample of them (0 for one). */
struct spread {
    double mean, spread;
};

struct spread spread_of(const double *number, int count);

#endif
