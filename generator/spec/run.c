/* SPDX-License-Identifier: MIT */
/* The run that a function of a spec belongs to, where it was called, and what its table says. */
#include "spec/lua.h"

#include <float.h>
#include <math.h>
#include <string.h>

struct run *run_of(lua_State *L)
{
    return *(struct run **)lua_getextraspace(L);
}

/* The name that stays, of a file whose chunk has the name "@file". */
static const char *file_of(const struct run *r, const char *name)
{
    for (int i = 0; i < r->spec->nfile; i++)
        if (!strcmp(r->spec->file[i], name))
            return r->spec->file[i];
    return r->spec->path;
}

struct loc caller(lua_State *L)
{
    lua_Debug info;
    struct loc at = {run_of(L)->spec->path, 0};
    if (run_of(L)->within.line)
        return run_of(L)->within;
    for (int level = 0; lua_getstack(L, level, &info); level++) {
        lua_getinfo(L, "Sl", &info);
        if (info.source[0] == '@' && info.currentline > 0) {
            at.file = file_of(run_of(L), info.source + 1);
            at.line = info.currentline;
            break;
        }
    }
    return at;
}

void rule_begin(lua_State *L, int index)
{
    struct loc *at = &run_of(L)->within;
    if (raw_field(L, index, "line") == LUA_TNUMBER && raw_field(L, index, "file") == LUA_TSTRING)
        *at = (struct loc){file_of(run_of(L), lua_tostring(L, -1)), (int)lua_tointeger(L, -2)};
    lua_settop(L, index);
}

void rule_end(lua_State *L)
{
    run_of(L)->within.line = 0;
}

/* ---- small readers shared by the room ---- */

bool wants_table(lua_State *L, const char *what)
{
    if (lua_istable(L, 1))
        return true;
    diag_error(run_of(L)->diag, caller(L), what, NULL, "%s takes a table: %s { ... }", what, what);
    return false;
}

static const char *list_text(struct arena *mem, const char *const *names)
{
    struct text t = text_new(mem);
    for (int i = 0; names[i]; i++)
        text_put(&t, "%s%s", i ? ", " : "it has: ", names[i]);
    return names[0] ? t.at : NULL;
}

/* The attribute that an answer speaks of: "the kernel is k: ..." -> "k". */
static const char *meant(const char *answer, const char *const *names, int count)
{
    const char *is = answer ? strstr(answer, " is ") : NULL, *write = answer ? strstr(answer, "write ") : NULL;
    const char *at = is ? is + strlen(" is ") : write ? write + strlen("write ") : "";
    size_t n = strcspn(at, " :=");
    for (int i = 0; i < count; i++)
        if (n && strlen(names[i]) == n && !strncmp(names[i], at, n))
            return names[i];
    return NULL;
}

/* A misspelt attribute counts as the one that was meant, so that it is not missed, too. */
static void take_as(lua_State *L, int index, const char *key, const char *name)
{
    if (!name || raw_field(L, index, name) != LUA_TNIL) {
        lua_settop(L, name ? -2 : -1);
        return;
    }
    lua_pop(L, 1);
    raw_field(L, index, key);
    lua_setfield(L, index, name);
}

/* Not a layer or block, whose name may come first. */
static bool takes_only_names(const char *what)
{
    static const char *const nameless[] = {"input",  "train", "precision", "budget", "store",  "replay", "sgd", "adam",
                                           "cosine", "steps", "warmup",    "lite",   "source", "lora",   "side"};
    for (size_t i = 0; i < sizeof nameless / sizeof *nameless; i++)
        if (!strcmp(what, nameless[i]))
            return true;
    return false;
}

/* A value on the stack's top whose key is a number: the name of a layer may be the first, all else needs its name. It
 * counts as the attribute of its place, so that this is not missed, too.  Whether anything was to be told. */
static bool check_position(lua_State *L, int index, const char *what, const char *const *names, int count, bool tell)
{
    bool named = !takes_only_names(what);
    lua_Number at = lua_tonumber(L, -1) - named;
    if (at == 0)
        return false;
    struct run *r = run_of(L);
    const char *name = names[at >= 1 && at <= count ? (int)at - 1 : 0];
    int top = lua_gettop(L);
    lua_pushvalue(L, -1);
    lua_rawget(L, index);
    bool word = lua_type(L, -1) == LUA_TSTRING;
    const char *value =
        word || lua_type(L, -1) == LUA_TNUMBER ? arena_string(r->mem, luaL_tolstring(L, -1, NULL)) : NULL;
    if (tell)
        diag_error(r->diag, caller(L), value ? value : what, list_text(r->mem, names),
                   "%s: %s stands there without a name; write which attribute it is, like %s = %s%s%s", what,
                   value ? value : "a value", name ? name : "out", word ? "\"" : "", value ? value : "..",
                   word ? "\"" : "");
    if (name && raw_field(L, index, name) == LUA_TNIL) {
        lua_pushvalue(L, top + 1);
        lua_setfield(L, index, name);
    }
    lua_settop(L, top);
    return true;
}

/* The name that key is without its last letter: "input" for "inputs". */
static const char *plural_of(const char *key, const char *const *names, int count)
{
    for (int i = 0; i < count; i++)
        if (!strncmp(names[i], key, strlen(key)) && !strcmp(names[i] + strlen(key), "s"))
            return names[i];
    return NULL;
}

void check_keys(lua_State *L, int index, const char *what, const char *const *names)
{
    struct run *r = run_of(L);
    int count = 0;
    bool told = false;
    while (names[count])
        count++;
    index = lua_absindex(L, index);
    lua_getfield(L, LUA_REGISTRYINDEX, "sorted_keys"); /* the order of messages must not depend on hashing */
    lua_pushvalue(L, index);
    lua_call(L, 1, 1);
    for (lua_Integer i = 1; lua_rawgeti(L, -1, i) != LUA_TNIL; i++, lua_pop(L, 1)) {
        if (lua_type(L, -1) == LUA_TNUMBER)
            told = check_position(L, index, what, names, count, !told) || told;
        if (lua_type(L, -1) != LUA_TSTRING)
            continue;
        const char *key = lua_tostring(L, -1);
        bool known = false;
        for (int k = 0; k < count && !known; k++)
            known = !strcmp(key, names[k]);
        if (known)
            continue;
        const char *near = plural_of(key, names, count), *answer = near ? NULL : foreign_attribute(key);
        if (takes_only_names(what) && !meant(answer, names, count))
            answer = NULL; /* it speaks of layers */
        near = near || answer ? near : nearest_name(key, names, count);
        diag_error(r->diag, caller(L), key,
                   answer ? answer
                   : near ? arena_format(r->mem, "did you mean '%s'?", near)
                          : list_text(r->mem, names),
                   "%s has no attribute '%s'", what, key);
        take_as(L, index, key, near ? near : meant(answer, names, count));
    }
    lua_pop(L, 2);
}

int kind_of(lua_State *L, int index, const char *const *kinds)
{
    int found = lua_isnil(L, index) ? KIND_NONE : KIND_OTHER;
    if (lua_istable(L, index) && raw_field(L, index, "wrong") != LUA_TNIL)
        found = KIND_NONE;
    if (found == KIND_OTHER && lua_istable(L, index) && raw_field(L, index, "kind") == LUA_TSTRING)
        for (int i = 0; kinds[i]; i++)
            found = !strcmp(lua_tostring(L, -1), kinds[i]) ? i : found;
    lua_settop(L, index);
    return found;
}

int raw_field(lua_State *L, int index, const char *name)
{
    index = lua_absindex(L, index);
    lua_pushstring(L, name);
    return lua_rawget(L, index);
}

bool is_whole(double v, double least, double most)
{
    return v >= least && v <= most && v == floor(v);
}

bool has_field(lua_State *L, const char *name)
{
    bool has = raw_field(L, 1, name) != LUA_TNIL;
    lua_pop(L, 1);
    return has;
}

double field_number(lua_State *L, int index, const char *name, double fallback)
{
    double value = fallback;
    int type = raw_field(L, index, name);
    if (type == LUA_TNUMBER)
        value = lua_tonumber(L, -1);
    else if (type != LUA_TNIL)
        diag_error(run_of(L)->diag, caller(L), name, NULL, "'%s' must be a number, not a %s", name,
                   lua_typename(L, type));
    lua_pop(L, 1);
    struct diag *d = run_of(L)->diag;
    bool finite = value - value == 0;
    if (!finite)
        diag_error(d, caller(L), name, NULL, "'%s' must be finite", name);
    else if (value > (double)FLT_MAX || value < -(double)FLT_MAX)
        diag_error(d, caller(L), name, NULL, "'%s' = %g is beyond float32, whose largest number is 3.4e38", name,
                   value);
    else if (value != 0 && (float)value == 0)
        diag_error(d, caller(L), name, NULL, "'%s' = %g is 0 in float32, whose least number is 1.4e-45", name, value);
    else
        return value;
    return fallback;
}

bool field_flag(lua_State *L, int index, const char *name, bool fallback)
{
    int type = raw_field(L, index, name);
    bool value = type == LUA_TNIL ? fallback : lua_toboolean(L, -1);
    if (type != LUA_TNIL && type != LUA_TBOOLEAN)
        diag_error(run_of(L)->diag, caller(L), name, NULL, "'%s' must be true or false, not a %s", name,
                   lua_typename(L, type));
    lua_pop(L, 1);
    return value;
}

const char *take_word(lua_State *L, const char *name, const char *const *words, const char *fallback)
{
    struct run *r = run_of(L);
    const char *value = fallback;
    int type = lua_type(L, -1);
    if (type == LUA_TSTRING) {
        const char *word = lua_tostring(L, -1);
        struct text list = text_new(r->mem);
        value = NULL;
        for (int i = 0; words[i]; i++) {
            text_put(&list, "%s\"%s\"", i ? ", " : "", words[i]);
            if (!strcmp(word, words[i]))
                value = words[i];
        }
        if (!value) {
            diag_error(r->diag, caller(L), word, NULL, "%s = \"%s\": must be one of %s", name, word, list.at);
            value = fallback;
        }
    } else if (type != LUA_TNIL) {
        diag_error(r->diag, caller(L), name, arena_format(r->mem, "for example: %s = \"%s\"", name, words[0]),
                   "'%s' must be a word in quotes, not a %s", name, lua_typename(L, type));
    }
    lua_pop(L, 1);
    return value;
}

const char *field_word(lua_State *L, int index, const char *name, const char *const *words, const char *fallback)
{
    raw_field(L, index, name);
    return take_word(L, name, words, fallback);
}

int handle_id(lua_State *L, int index)
{
    if (!lua_istable(L, index))
        return -1;
    index = lua_absindex(L, index);
    int type = raw_field(L, index, "id");
    lua_Integer id = type == LUA_TNUMBER ? lua_tointeger(L, -1) : -1;
    lua_pop(L, 1);
    return id >= 0 && id < run_of(L)->spec->nlayer ? (int)id : -1;
}
