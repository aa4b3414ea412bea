/* SPDX-License-Identifier: MIT */
/* The inside of the room spec: the state of one run of a spec file. */
#ifndef SPEC_LUA_H
#define SPEC_LUA_H

#include "spec/spec.h"

#include <lauxlib.h>
#include <lua.h>
#include <lualib.h>

/* What a run must not do without end. */
enum over { WITHIN_LIMITS, OVER_WORK, OVER_TIME, OVER_MEMORY, OVER_STRING, OVER_MISTAKES };

struct meter {
    size_t used;    /* bytes that Lua holds now */
    int64_t work;   /* instructions, and what C does for the spec in units of their size */
    enum over over; /* once it is not WITHIN_LIMITS, no pcall helps */
    struct loc at;  /* where it was when that happened */
    size_t refused; /* the size of the last request for memory that was */
    struct loc refused_at;
    bool late; /* the time was over before */
    lua_State *L;
};

/* "conv7": the next number to try for a kind of layer. */
struct numbered {
    const char *kind;
    int next;
};

/* Where a part of a spec was said, and how many includes deep. */
struct said {
    struct loc at; /* line 0: not yet */
    int depth;
};

/* set("width", 96): what an option or a choice will be. */
struct fixed {
    const char *name, *text; /* text: of the value */
    struct loc loc;
    int value; /* its place in Lua's registry */
    bool used;
};

/* side { ["blocks.5"] = { lite = { k = 3 } } }: one branch, and what became of it. */
struct beside {
    const char *name; /* of the layer or block */
    struct loc loc;
    int lora;         /* a rank, or 0: a lite module, */
    int lite;         /* whose table has this place in Lua's registry */
    bool used, taken; /* taken: such a branch is there already */
};

/* A block that may have a lite module. */
struct named_block {
    const char *name;
    struct loc loc;
};

/* A name that option or choice has read. */
struct read_name {
    const char *name;
    struct loc loc;
};

enum { ASSIGNED_WORDS = 10, ASSIGNED_NAMES = 3 }; /* names: the first ones, that take a word, not a table */

struct run {
    struct spec *spec;
    struct arena *mem;
    struct diag *diag;
    const struct constructor *const *constructors;
    struct option *option;
    int noption;
    struct fixed *fixed;
    int nfixed, fixed_capacity;
    struct read_name *known; /* options and choices so far */
    int nknown, known_capacity;
    struct beside *beside;
    int nbeside, beside_capacity;
    struct named_block *block;
    int nblock, block_capacity;
    int depth;   /* of includes */
    size_t read; /* bytes of text so far */
    struct meter meter;
    size_t arena_before; /* bytes that were taken from mem before the spec ran */
    struct numbered *numbered;
    int nnumbered, numbered_capacity;
    struct {
        struct said name, weights, norms, train, precision, budget, store, replay;
    } said;
    struct loc assigned[ASSIGNED_WORDS]; /* where such a word stands before a '=' first, see assigned.c */
    struct loc taken;                    /* where a layer's name was found to be taken */
    struct loc raised;                   /* where the spec was when Lua raised an error */
    struct loc within;                   /* where the rule that is being read was made; line 0: none is */
    struct loc unknown;                  /* the last unknown name: what Lua says of that line follows from it */
};

/* ---- assigned.c ---- */

/* Notes where the text seems to assign to a word of the language; */
void assigned_look(struct run *r, const char *path, const char *text);

/* true after messages, if in the end one of them is no longer its function. */
bool assigned_refused(lua_State *L);

/* ---- sandbox.c: a Lua without os, io, debug, metatables and binary chunks, with limits ---- */

/* NULL: out of memory. */
lua_State *sandbox_new(struct run *r);
void sandbox_open(lua_State *L);

/* Calls the function on the stack; what lua_pcall returns. */
int sandbox_run(lua_State *L);
void sandbox_close(lua_State *L);

/* Puts functions into the table on the stack; each call counts as work. */
void sandbox_register(lua_State *L, const luaL_Reg *functions);

/* Counts work that is done in C: one unit is about an instruction of Lua.  Beyond the limit it is an error. */
void sandbox_spend(lua_State *L, int64_t units);

/* What is said of a limit; whether a name of Lua's library is one that a spec does not have. */
const char *sandbox_limit(enum over over);
bool sandbox_forbids(const char *name);

/* ---- run.c ---- */

/* The run that a function called from Lua belongs to. */
struct run *run_of(lua_State *L);

/* Where in the user's files the present call comes from, or what rule_begin has set. */
struct loc caller(lua_State *L);

/* Until rule_end what is said is said of the place where the table at `index` was made, by sgd, cosine or their like. */
void rule_begin(lua_State *L, int index);
void rule_end(lua_State *L);

/* A table argument with braces, `f { ... }`; otherwise reports and returns false. */
bool wants_table(lua_State *L, const char *what);

/* Reports the keys of the table at `index` that are not in `names` (NULL-terminated). */
void check_keys(lua_State *L, int index, const char *what, const char *const *names);

/* Pushes a field as it stands in the table, and returns its type. */
int raw_field(lua_State *L, int index, const char *name);

/* True of a whole number from `least` to `most`. */
bool is_whole(double v, double least, double most);

/* True if the table at 1 has that field. */
bool has_field(lua_State *L, const char *name);

/* Which of `kinds` the value is that a function of the prelude made, sgd or cosine; the index is a positive one. */
enum { KIND_NONE = -1, KIND_OTHER = -2 }; /* nil, or wrong and told of already; something else */
int kind_of(lua_State *L, int index, const char *const *kinds);

/* Field readers: value or default; a wrong type is reported and the default taken. */
double field_number(lua_State *L, int index, const char *name, double fallback);
bool field_flag(lua_State *L, int index, const char *name, bool fallback);
const char *take_word(lua_State *L, const char *name, const char *const *words, const char *fallback); /* pops it */
const char *field_word(lua_State *L, int index, const char *name, const char *const *words, const char *fallback);

/* The layer that the value at `index` stands for, or -1. */
int handle_id(lua_State *L, int index);

/* ---- option.c: option, choice and set ---- */

/* Puts its functions into the table on top of the stack. */
void option_register(lua_State *L);

/* Reports what was set and given by -D, and is read by nobody. */
void check_options(struct run *r);

/* ---- side.c: branches beside layers and blocks, by name ---- */

void side_register(lua_State *L);

/* The branch that `lora` in the table at 1, or a side, puts beside l. */
void read_lora(lua_State *L, struct layer *l);

/* Takes the branch away, with a message, from a layer that can have none of its rank. */
void check_lora(struct run *r, struct layer *l);

/* Reports the sides that came to nothing. */
void check_sides(struct run *r);

/* ---- identity.c: name and weights, and that a file says each thing once ---- */

/* Puts its functions into the table on top of the stack. */
void identity_register(lua_State *L);

/* True, after a message, where `what` must not be said again: a file says a thing once, and one that includes another may
 * say it behind the include, instead of what was included. */
bool said_again(lua_State *L, const char *what, struct said *before);

/* ---- whole.c: what is missing, and what nobody reads ---- */

void check_whole(struct run *r);

/* ---- foreign.c: what to write for a word of other tools, as a layer or as an attribute.  NULL: not known. ---- */

const char *foreign_layer(const char *name);
const char *foreign_attribute(const char *name);

/* ---- attribute.c ---- */

/* The settings of l from the table at `index`; all have their defaults where that is 0. */
void read_settings(lua_State *L, int index, struct layer *l);

/* The activation of l: act = "relu", or { "leaky_relu", slope = 0.1 }; NULL: none. */
struct layer *read_act(lua_State *L, const struct layer *l);

/* A whole number from `least` to DIMENSION_LIMIT at the top of the stack; false after a message about l's `name`. */
enum { DIMENSION_LIMIT = 1 << 16 };
bool take_whole(lua_State *L, struct layer *l, const char *name, double least, double *value);

/* ---- handle.c ---- */

/* A layer, and the one before, as a spec sees them. */
int layer_push(lua_State *L, int id);
int layer_last(lua_State *L);

/* ---- input.c: the image ---- */

void input_register(lua_State *L);

/* ---- layer.c, training.c ---- */

/* Values that a map may have, and whether it has no more. */
#define ELEMENT_LIMIT ((int64_t)1 << 28)
bool layer_fits(const struct shape *s);

/* Its index in the spec. */
int layer_add(struct run *r, const struct layer *l);

/* Put their functions into the table on top of the stack. */
void layer_register(lua_State *L, const struct run *r);
void train_register(lua_State *L);

/* remember.c: replay { }, likewise. */
void remember_register(lua_State *L);
void remember_check(struct run *r);

/* rate_schedule.c: the `schedule` of train, whose table is the first argument. */
void read_schedule(lua_State *L, struct rate_schedule *s);

/* flash_store.c: store { }; in the end, of a spec in which nothing learns, a message. */
void store_register(lua_State *L);
void store_check(struct run *r);

/* A layer in the place of one that could not be made: what reads it is not checked against its shape. */
void layer_unknown(lua_State *L);

#endif
