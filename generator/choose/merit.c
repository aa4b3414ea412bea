/* SPDX-License-Identifier: MIT */
#include "choose/merit.h"
#include "base/sort.h"

#include <math.h>

/* Seeds that both have run. */
static int common(const struct candidate *a, const struct candidate *b)
{
    return a->runs < b->runs ? a->runs : b->runs;
}

double merit_lead(const struct candidate *a, const struct candidate *b)
{
    double sum = 0;
    int count = common(a, b);
    for (int i = 0; i < count; i++)
        sum += a->merit[i] - b->merit[i];
    return count ? sum / count : 0;
}

/* What the differences of two plans vary by, seed to seed. */
static double variation(const struct candidate *a, const struct candidate *b)
{
    double mean = merit_lead(a, b), squares = 0;
    for (int i = 0; i < common(a, b); i++) {
        double off = a->merit[i] - b->merit[i] - mean;
        squares += off * off;
    }
    return squares / (common(a, b) - 1);
}

/* The median of all pairs of plans.  Their mean would be that of the few whose rate is so large that some runs fail, and would
 * call a tie what is far apart.  Most pairs have three runs in common; of these the median is ln 2 of the mean. */
double merit_variance(const struct plans *p)
{
    int count = 0;
    double *pair = NEW_ARRAY(p->mem, double, p->count * p->count / 2 + 1);
    for (int i = 0; i < p->count; i++)
        for (int k = 0; k < i; k++)
            if (common(p->list[i], p->list[k]) > 1)
                pair[count++] = variation(p->list[i], p->list[k]);
    sort_reals(pair, count);
    return count ? pair[(count - 1) / 2] / log(2) : 0;
}

double merit_error(double variance, const struct candidate *a, const struct candidate *b)
{
    return common(a, b) ? sqrt(variance / common(a, b)) : 0;
}

bool merit_surely_better(double variance, const struct candidate *a, const struct candidate *b)
{
    return merit_lead(a, b) > 2 * merit_error(variance, a, b);
}
