/* SPDX-License-Identifier: MIT */
/* team: several pieces of work at a time, each in a process of its own. */
#ifndef TEAM_H
#define TEAM_H

#include "learn/learn_run.h"

/* Does `work` for 0 .. count - 1, `jobs` at a time, in children of this process, which end with what it gives: true.  What it
 * has found must be in memory that is shared (run_result_new).  `watch` is called while they work.  well[i]: whether it
 * gave true; a child that was ended from outside is told of in a message. */
void team_work(struct diag *d, int count, int jobs, bool (*work)(void *context, int i), void (*watch)(void *context),
               void *context, bool *well);

/* Does runs so: result[i] is of run[i]; well[i]: it came to its end. */
void runs_do(struct diag *d, const struct learn_run *run, struct run_result *const *result, bool *well, int count,
             int jobs, void (*watch)(void *context), void *context);

#endif
