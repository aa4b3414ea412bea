/* SPDX-License-Identifier: MIT */
#include "base/sort.h"

#include <stdlib.h>

static int by_integer(const void *a, const void *b)
{
    const int *x = a, *y = b;
    return (*x > *y) - (*x < *y);
}

static int by_real(const void *a, const void *b)
{
    const double *x = a, *y = b;
    return (*x > *y) - (*x < *y);
}

void sort_integers(int *number, int count)
{
    qsort(number, (size_t)count, sizeof *number, by_integer);
}

void sort_reals(double *number, int count)
{
    qsort(number, (size_t)count, sizeof *number, by_real);
}
