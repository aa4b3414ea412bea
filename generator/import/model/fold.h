/* SPDX-License-Identifier: MIT */
/* What the passes of fold.c share. */
#ifndef FOLD_H
#define FOLD_H

#include "import/model/model.h"

static inline bool is_one(const struct operation *o, enum op_kind kind)
{
    return o && !o->dead && o->kind == kind;
}

/* ---- tidy.c ---- */

/* What stands for a value by now. */
struct value *fold_resolve(struct value *v);

/* Before a pass: inputs follow aliases, what nobody reads is dead, readers are counted. */
void fold_tidy(struct model *m);

struct value *fold_refuse(struct model *m, struct operation *o, const char *hint, const char *text);

/* ---- gates.c ---- */

void fold_maxima(struct model *m);
void fold_gates(struct model *m);

#endif
