/* SPDX-License-Identifier: MIT */
/* base/sort: numbers in ascending order. */
#ifndef SORT_H
#define SORT_H

void sort_integers(int *number, int count);
void sort_reals(double *number, int count);

#endif
