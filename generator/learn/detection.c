/* SPDX-License-Identifier: MIT */
#include "learn/detection.h"

#include <math.h>
#include <stdlib.h>

static int by_size(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

/* The errors of normal samples (or of the others), sorted. */
static double *sorted(struct arena *mem, const double *error, const int *label, int count, int normal, bool of_normal,
                      int *found)
{
    double *out = NEW_ARRAY(mem, double, count + 1);
    *found = 0;
    for (int i = 0; i < count; i++)
        if ((label[i] == normal) == of_normal)
            out[(*found)++] = error[i];
    if (*found)
        qsort(out, (size_t)*found, sizeof *out, by_size);
    return out;
}

double area_under_curve(struct arena *mem, const double *error, const int *label, int count, int normal)
{
    int m, n, below = 0, upto = 0;
    double *good = sorted(mem, error, label, count, normal, true, &m), sum = 0;
    double *bad = sorted(mem, error, label, count, normal, false, &n);
    for (int i = 0; i < n; i++) {
        while (below < m && good[below] < bad[i])
            below++;
        upto = upto > below ? upto : below;
        while (upto < m && good[upto] == bad[i])
            upto++;
        sum += below + 0.5 * (upto - below);
    }
    return m && n ? sum / m / n : NAN;
}

double alarm_threshold(struct arena *mem, const double *error, const int *label, int count, int normal, double rate)
{
    int n;
    double *good = sorted(mem, error, label, count, normal, true, &n);
    int alarms = (int)floor(rate * n + 1e-9);
    return n ? good[n - 1 - (alarms < n ? alarms : n - 1)] : NAN;
}

double alarm_share(const double *error, const int *label, int count, int of, double threshold)
{
    int all = 0, above = 0;
    for (int i = 0; i < count; i++) {
        all += label[i] == of;
        above += label[i] == of && error[i] > threshold;
    }
    return all ? (double)above / all : 0;
}
