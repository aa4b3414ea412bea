/* SPDX-License-Identifier: MIT */
/* write: what a command leaves behind for its user, with messages where it cannot. */
#ifndef WRITE_H
#define WRITE_H

#include "base/base.h"

/* True where `path` may be written: nothing is lost, since there is no such file, it is empty, or `ours` knows it by its
 * beginning; or the user said --force.  Else a message. */
bool write_allowed(struct diag *d, bool force, const char *path, bool (*ours)(const char *start, size_t length));

enum { WRITTEN_TOGETHER = 24 };

/* Files that are written together: all of them appear, or none. */
struct writing {
    struct diag *d;
    const char *path[WRITTEN_TOGETHER];
    struct output *output[WRITTEN_TOGETHER];
    int count;
};

/* One more file of them.  NULL after a message. */
FILE *write_also(struct writing *w, const char *path);

/* False after a message; then nothing is left of any. */
bool write_end(struct writing *w);
void write_abandon(struct writing *w);

/* What the user wants to be told of a command's work, and where. */
struct reporting {
    const char *form; /* "text", "json", "svg", "html"; NULL: nothing was said */
    const char *file; /* NULL: the standard output */
    bool quiet, verbose;
};

bool report_is(const struct reporting *r, const char *form);

/* Where the report goes.  To be opened before the work that it is about: a folder that cannot be written to shall not
 * cost an hour of training.  NULL after a message, and false. */
struct output *report_open(struct diag *d, const struct reporting *r);
bool report_close(struct diag *d, const struct reporting *r, struct output *o);

#endif
