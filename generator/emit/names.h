/* SPDX-License-Identifier: MIT */
/* The inside of the room emit. */
#ifndef EMIT_NAMES_H
#define EMIT_NAMES_H

#include "emit/emit.h"

#include <lauxlib.h>
#include <lua.h>
#include <lualib.h>

/* ---- names.c ---- */

/* "blocks.3.lite.conv1.weight" -> "blocks_3_lite_conv1_weight" */
char *c_name(struct arena *mem, const char *name);
char *upper_name(struct arena *mem, const char *name);

/* Breaks a list at its commas so that lines end before column 120; `column`: where it begins, further lines
 * are indented by `indent`. */
char *wrapped(struct arena *mem, const char *list, int column, int indent);

/* Asks for a helper of the output; a template sees it as need.NAME. */
void need(lua_State *L, const char *helper);

/* Sets a field of the table on top of the stack. */
void set_text(lua_State *L, const char *name, const char *value);
void set_int(lua_State *L, const char *name, int64_t value);
void set_real(lua_State *L, const char *name, double value);
void set_flag(lua_State *L, const char *name, bool value);

/* All of them as fields of the table on top. */
void push_bindings(lua_State *L, const struct bindings *b);

/* ---- kernels.c ---- */

/* A kernel function of the output, shared by all nodes with the same signature. */
struct kernel {
    const char *signature, *name, *params;
    const struct node *node; /* the first that uses it */
    struct bindings bindings;
    struct text users;
    int nusers;
};

struct kernels {
    struct kernel *list;
    int count, capacity;
};

/* Collects the kernels of a program, in order of first use. */
void kernels_collect(struct arena *mem, struct kernels *k, const struct program *p);

/* The node whose arguments the kernel of n has: with the outputs that n's program leaves out, where it may pass NULL. */
const struct node *kernel_node(const struct node *n);

const struct kernel *kernel_of(struct arena *mem, const struct kernels *k, const struct node *n);

/* arrays.c: const arrays as a Lua table on top of the stack.  The values of each are a pointer in it, for array_text;
 * unless `file` is NULL they become a passage of it, and its length is returned. */
int64_t push_arrays(lua_State *L, struct arena *mem, const struct graph *g, const struct plan *p, struct text *file);
void array_text(FILE *out, const void *array);

/* storage.c: the fields of the net struct, likewise. */
void push_fields(lua_State *L, struct arena *mem, const struct graph *g);

/* Visits what a net keeps, in the order of its struct. */
void each_field(const struct graph *g, void (*visit)(void *, const struct val *, int64_t offset), void *user);

/* saved.c: how a net is saved: base, layout, the table of tensors and sizes, as fields of the table on top. */
void push_saved(lua_State *L, struct arena *mem, const struct graph *g, const struct plan *p);

/* spare.c: rows of the last layer for classes to come, as fields of the table on top: `spare`, 0 if there are none. */
void push_classes(lua_State *L, struct arena *mem, const struct graph *g);

/* latent.c: a network cut in two, as fields of the table on top: `latent_bytes`, 0 if it is whole. */
void push_latent(lua_State *L, const struct halves *h, const struct plan *p, const struct remembering *r);

/* addresses.c: names that the output has already.  take_name gives `wanted`, or, if that is one of them, another that
 * begins like it. */
struct taken *taken_new(struct arena *mem);
const char *take_name(struct taken *t, const char *wanted);

/* Names for what a program makes in scratch, and their table on top of the stack. */
struct tensors *tensors_new(struct arena *mem, const struct program *p);
const char *tensor_name(const struct tensors *t, const struct copy *c);
void push_tensors(lua_State *L, struct arena *mem, const struct tensors *t);

/* program.c: a program as a Lua table on top of the stack; its functions get names of their own. */
void push_program(lua_State *L, struct arena *mem, const struct graph *g, const struct kernels *k, struct taken *taken,
                  const struct program *p, bool poison);

/* True for the STATE that is the scale of an integer gradient. */
bool is_range(const struct val *v);

/* target.c: what the compilers of a target can use, as a Lua table on top of the stack.  No name: of all targets.
 * `exact`: floats have one lane anyway. */
void push_target(lua_State *L, const char *name, bool exact);

#endif
