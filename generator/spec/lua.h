/* The inside of the room spec: the state of one run of a spec file. */
#ifndef SPEC_LUA_H
#define SPEC_LUA_H

#include "spec/spec.h"

#include <lauxlib.h>
#include <lua.h>
#include <lualib.h>

struct run {
    struct spec *spec;
    struct arena *mem;
    struct diag *diag;
    const struct constructor *const *constructors;
    struct option *option;
    int noption;
    int depth;          /* of includes */
    size_t read;        /* bytes of text so far */
    bool named;         /* name was called, rightly or not */
    struct loc taken;   /* where a layer's name was found to be taken */
    struct loc unknown; /* the last unknown name: what Lua says of that line follows from it */
};

/* The run that a function called from Lua belongs to. */
struct run *run_of(lua_State *L);

/* foreign.c: what to write for a word of other tools, as a layer or as an attribute.  NULL: not known. */
const char *foreign_layer(const char *name);
const char *foreign_attribute(const char *name);

/* A layer in the place of one that could not be made: what reads it is not checked against its shape. */
void layer_unknown(lua_State *L);

/* Where in the user's files the present call comes from. */
struct loc caller(lua_State *L);

/* layer.c, train.c: put their functions into the table on top of the stack. */
void layer_register(lua_State *L, const struct run *r);
void train_register(lua_State *L);

/* Reports the keys of the table at `index` that are not in `names` (NULL-terminated). */
void check_keys(lua_State *L, int index, const char *what, const char *const *names);

/* Field readers: value or default; a wrong type is reported and the default taken. */
double field_number(lua_State *L, int index, const char *name, double fallback);
bool field_flag(lua_State *L, int index, const char *name, bool fallback);
const char *field_word(lua_State *L, int index, const char *name, const char *const *words, const char *fallback);

/* A table argument with braces, `f { ... }`; otherwise reports and returns false. */
bool wants_table(lua_State *L, const char *what);

#endif
