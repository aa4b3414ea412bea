/* SPDX-License-Identifier: MIT */
/* What a spec is called, where its weights are, and that a file says each thing once. */
#include "spec/lua.h"

#include <string.h>

bool said_again(lua_State *L, const char *what, struct said *before)
{
    struct run *r = run_of(L);
    struct said now = {caller(L), r->depth};
    bool same_file = before->at.line && before->at.file == now.at.file;
    if (same_file && before->at.line == now.at.line && now.depth > before->depth)
        return true; /* a file that includes itself */
    bool too_late = before->at.line && !same_file && now.depth > before->depth;
    if (same_file)
        diag_error(r->diag, now.at, what, "only what a file includes can be said again, behind the include",
                   "'%s' stands here a second time: the first is in line %d", what, before->at.line);
    else if (too_late)
        diag_error(
            r->diag, now.at, what,
            arena_format(r->mem, "in %s it belongs behind the include, and then replaces this one", before->at.file),
            "'%s' stands before the include of this file, in %s:%d", what, before->at.file, before->at.line);
    else
        *before = now;
    return same_file || too_late;
}

bool name_of_header(const char *name)
{
    static const char *const header[] = {"alloca", "arm_acle", "arm_mve", "arm_neon", "assert",    "ctype",  "endian",
                                         "errno",  "features", "float",   "ieeefp",   "immintrin", "limits", "math",
                                         "newlib", "reent",    "stdarg",  "stdbool",  "stddef",    "stdint", "stdio",
                                         "stdlib", "string",   "strings", "time",     "xlocale"};
    for (size_t i = 0; i < sizeof header / sizeof *header; i++)
        if (!strcmp(name, header[i]))
            return true;
    return false;
}

static int set_name(lua_State *L)
{
    struct run *r = run_of(L);
    size_t length = 0;
    const char *name = lua_tolstring(L, 1, &length);
    if (said_again(L, "name", &r->said.name))
        return 0;
    if (name && strlen(name) != length)
        name = NULL;
    bool ok = name && (name[0] == '_' || (name[0] >= 'a' && name[0] <= 'z') || (name[0] >= 'A' && name[0] <= 'Z'));
    for (const char *p = name; ok && *p; p++)
        ok = *p == '_' || (*p >= 'a' && *p <= 'z') || (*p >= 'A' && *p <= 'Z') || (*p >= '0' && *p <= '9');
    if (!ok || strlen(name) > 40)
        diag_error(r->diag, caller(L), name ? name : "name", "for example: name \"signs\"",
                   "the name must be a C identifier of at most 40 characters: everything that is "
                   "emitted begins with it");
    else if (name_of_header(name))
        diag_error(r->diag, caller(L), name, arena_format(r->mem, "for example: name \"%s_net\"", name),
                   "the output would be %s.h, which is a header of C's own: it would be included in its place", name);
    else
        r->spec->name = arena_string(r->mem, name);
    return 0;
}

/* A file of weights is named relative to the spec; one that came by -D, relative to where the command runs. */
static const char *weights_path(lua_State *L, const char *name)
{
    struct run *r = run_of(L);
    for (int i = 0; i < r->noption; i++)
        if (r->option[i].used && !strcmp(r->option[i].value, name))
            return arena_string(r->mem, name);
    return path_beside(r->mem, caller(L).file, name);
}

static int set_weights(lua_State *L)
{
    struct run *r = run_of(L);
    static const char *const names[] = {"prefix", NULL};
    if (said_again(L, "weights", &r->said.weights))
        return 0;
    r->spec->prefix = "";
    if (lua_istable(L, 1)) {
        check_keys(L, 1, "weights", names);
        if (raw_field(L, 1, "prefix") == LUA_TSTRING)
            r->spec->prefix = arena_string(r->mem, lua_tostring(L, -1));
        lua_rawgeti(L, 1, 1);
        lua_replace(L, 1);
    }
    r->spec->weights_loc = caller(L);
    if (lua_type(L, 1) != LUA_TSTRING)
        diag_error(r->diag, caller(L), "weights", NULL, "weights takes a file name, or { file, prefix = \"param.\" }");
    else
        r->spec->weights = weights_path(L, lua_tostring(L, 1));
    return 0;
}

static int set_norms(lua_State *L)
{
    struct run *r = run_of(L);
    if (said_again(L, "norms", &r->said.norms))
        return 0;
    r->spec->norms_loc = caller(L);
    if (lua_type(L, 1) != LUA_TSTRING)
        diag_error(r->diag, caller(L), "norms", "for example: norms \"norms.safetensors\"",
                   "norms takes the name of a file, as `calibrate` writes them");
    else
        r->spec->norms = weights_path(L, lua_tostring(L, 1));
    return 0;
}

void identity_register(lua_State *L)
{
    static const luaL_Reg own[] = {{"name", set_name}, {"weights", set_weights}, {"norms", set_norms}, {NULL, NULL}};
    sandbox_register(L, own);
}
