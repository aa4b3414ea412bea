/* SPDX-License-Identifier: MIT */
/* pages: files that one template makes.  Inside the room scaffold. */
#ifndef PAGES_H
#define PAGES_H

#include "scaffold/scaffold.h"

struct sheet {
    const char *path; /* below the folder */
    const struct text *text;
};

struct pages {
    struct sheet list[WRITTEN_TOGETHER];
    int count;
};

/* Cuts what the template makes at its lines "=== path".  A page that is "<source>" or "<header>" alone stands for
 * these parts of `e`.  False after a message. */
bool pages_make(struct arena *mem, struct diag *d, const char *templates, const char *name,
                const struct bindings *values, const struct emitted *e, struct pages *pages);

/* All of them or none, in folders that are made where they are missing.  What is there is replaced if tinytl-gen made it
 * (`again`), never otherwise; `force`: always.  False after a message. */
bool pages_write(struct arena *mem, struct diag *d, const struct pages *pages, const char *folder, bool again,
                 bool force);

/* One line a file, unless `quiet`. */
void pages_list(struct arena *mem, const struct pages *pages, const char *folder, bool quiet);

/* values.c: what templates see of a network that is `classes` scores of an input h x w x c of that type. */
void values_of_shape(struct bindings *b, const char *name, struct shape input, enum input_type type, int classes);
void values_of_product(struct bindings *b, const struct product *p);

#endif
