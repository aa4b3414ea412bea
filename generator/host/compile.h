/* SPDX-License-Identifier: MIT */
/* compile: the emitted C -> a program of this machine (runtime_min/run_driver.c). */
#ifndef COMPILE_H
#define COMPILE_H

#include "pipeline/pipeline.h"

/* How the emitted C is compiled here. */
struct compiling {
    const char *cc;     /* the command */
    const char *level;  /* of x86-64, as in -march=LEVEL, so that others of its machines give the same bits; NULL: all
                         * that this machine has */
    int patience;       /* seconds that an answer of the program may take; 0: five minutes */
    const char *folder; /* where programs are kept, under the hash of what they are made of, and found again: what
                         * differs in weights or seeds alone is compiled once.  NULL: a temporary one */
};

struct executable {
    const char *program, *weights; /* files */
    const char *folder;            /* to be removed with them, or NULL */
    int patience;                  /* seconds that an answer may take */
};

/* Of a product that was made `on_host`.  NULL after a message. */
struct executable *executable_new(struct arena *mem, struct diag *d, const struct product *p, struct compiling how);

/* What was temporary is removed; programs that run go on. */
void executable_remove(const struct executable *e);

/* A folder of our own under TMPDIR; NULL after a message.  Removed with the files in it. */
char *temporary_folder(struct arena *mem, struct diag *d);
void folder_remove(struct arena *mem, const char *folder);

#endif
