/* SPDX-License-Identifier: MIT */
/* base/table: rows that fit the screen. */
#ifndef TABLE_H
#define TABLE_H

#include "base/base.h"

enum { TABLE_COLUMNS = 10 };

struct table_column {
    const char *head;
    bool left; /* aligned; else right */
    int spare; /* not 0: left out where there is no room, the largest first */
};

/* The first column holds names.  It is as wide as the longest, or as there is room; a longer name stands on a line of
 * its own, with its row below. */
struct table {
    struct arena *mem;
    const struct table_column *column;
    int ncolumn;
    const char **cell;  /* row by row */
    const char **below; /* by row: lines that follow it, or NULL */
    int nrow, capacity, row_capacity;
};

struct table table_new(struct arena *mem, const struct table_column *column, int ncolumn);
/* below: lines that stand under the row, or NULL */
void table_row(struct table *t, const char *const *cell, const char *below);
void table_put(const struct table *t, FILE *out, int indent);

#endif
