/* SPDX-License-Identifier: MIT */
/* Calls of a program, as Lua tables. */
#ifndef EMIT_CALLS_H
#define EMIT_CALLS_H

#include "emit/names.h"

struct caller {
    lua_State *L;
    struct arena *mem;
    const struct program *p;
    const struct kernels *kernels;
    const struct tensors *tensors;
    struct taken *taken; /* names of functions */
    int *nsweep;         /* sweeps that have a function so far */
    int image_rows;      /* that there are of the caller's image: all, or one */
    bool decays;         /* updates say whether their values do */
};

/* A table on top of the stack: its kind and its text; the loss, what it works on.  `rows`: the last two arguments of a
 * kernel. */
void push_call(const struct caller *c, const struct task *t, const char *rows);

#endif
