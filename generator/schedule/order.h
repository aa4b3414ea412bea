/* SPDX-License-Identifier: MIT */
/* The steps of a sweep as a reader follows them: stages, which are functions of the output, and loops over their calls. */
#ifndef SCHEDULE_ORDER_H
#define SCHEDULE_ORDER_H

#include "schedule/schedule.h"

/* Tasks that always run one after the other, on the same rows: a function with a call of a kernel for each. */
struct stage {
    int *task, ntask; /* indexes into the sweep's tasks */
    int ncall;        /* calls in the whole sweep; if it is one, each task has rows of its own: */
    struct step *rows;
};

/* A call of a stage. */
struct entry {
    int stage, y0, y1;
};

/* `length` entries from `from` on, `times` times, each time further down by as many rows as the first two are apart. */
struct piece {
    int from, length, times;
};

/* `written`: calls in all pieces.  Above MOST_WRITTEN they are no text for a reader, but a table. */
enum { MOST_WRITTEN = 24, MOST_STAGES = 48 };

struct order {
    struct stage *stage;
    int nstage;
    struct entry *entry;
    int nentry;
    struct piece *piece;
    int npiece, capacity, written;
};

struct order *order_new(struct arena *mem, const struct sweep *w);

/* How many stages the order of a sweep has. */
int order_stages(const struct sweep *w);

/* Every stage is called once: a list of calls. */
bool is_list(const struct order *o);

/* It is given as a table, with a letter for each of its stages. */
bool is_table(const struct order *o);

#endif
