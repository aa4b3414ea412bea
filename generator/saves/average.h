/* SPDX-License-Identifier: MIT */
/* average: one save of many.  Inside the room saves. */
#ifndef AVERAGE_H
#define AVERAGE_H

#include "saves/save.h"

/* Means of values and moments; the largest range; the sum of steps, at most 2^32 - 1; no batch is under way.  `by`: what
 * weighs, "steps" or a number for each with commas between, NULL: all the same.  NULL after messages. */
struct save *saves_average(struct arena *mem, struct diag *d, struct save *const *from, int count, const char *by);

#endif
