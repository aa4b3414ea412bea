/* SPDX-License-Identifier: MIT */
/* verify's table: what was compared, and how it came out. */
#ifndef VERDICTS_H
#define VERDICTS_H

#include "base/write.h"

#include <cjson/cJSON.h>

struct verdicts {
    FILE *out;
    cJSON *rows; /* NULL: the form is text, and goes out row by row */
    bool quiet;  /* only what differs */
    bool headed; /* the table's head is printed */
    int passed, failed, skipped;
    double tolerance;
};

struct verdicts verdicts_begin(const struct reporting *r, double tolerance, FILE *out);
void verdicts_add(struct verdicts *v, const char *name, int64_t count, double largest, double relative, bool same);
void verdicts_skip(struct verdicts *v, const char *name, const char *why);

/* The sums; nothing can be added behind them. */
void verdicts_end(struct verdicts *v);

#endif
