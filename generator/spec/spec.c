/* SPDX-License-Identifier: MIT */
/* Runs a spec file: the functions that a spec calls, and what is said of its mistakes. */
#include "spec/lua.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

enum { INCLUDE_LIMIT = 16, SOURCE_LIMIT = 4 << 20 };

/* ---- include ---- */

static int by_name(const void *a, const void *b)
{
    return strcmp(*(const char *const *)a, *(const char *const *)b);
}

static void remember_file(struct run *r, const char *path, const char *text, size_t length)
{
    struct spec *s = r->spec;
    bool known = false;
    for (int i = 0; i < s->nfile && !known; i++)
        known = !strcmp(s->file[i], path);
    if (!known) {
        GROW(r->mem, s->file, s->nfile, s->file_capacity);
        s->file[s->nfile++] = path;
    }
    s->hash = hash_bytes(s->hash, text, length);
}

/* Text of two bytes a letter: with its mark, or with the zero bytes that letters of ours have. */
static bool is_utf16(const char *text, size_t length)
{
    bool marked = length >= 2 && (!memcmp(text, "\xff\xfe", 2) || !memcmp(text, "\xfe\xff", 2));
    return marked || (length >= 4 &&
                      ((text[0] && !text[1] && text[2] && !text[3]) || (!text[0] && text[1] && !text[2] && text[3])));
}

/* A model, or anything else that is no text. */
static bool is_text(const char *path, const char *text, size_t length)
{
    if (ends_with(path, ".onnx") || ends_with(path, ".tflite"))
        return false;
    for (size_t i = 0; i < length; i++)
        if (!text[i] || ((unsigned char)text[i] < ' ' && !strchr("\t\n\v\f\r", text[i])))
            return false;
    return true;
}

/* Loads a file's text as a function on the stack; a Lua error if it cannot be.  Only the spec itself, which the user
 * names, may be a pipe: an include would wait for nobody. */
static void load_file(lua_State *L, const char *path)
{
    struct run *r = run_of(L);
    size_t length = 0;
    char *text = input_read(r->mem, path, path == r->spec->path, SOURCE_LIMIT - r->read, &length);
    if (!text && errno == EFBIG)
        luaL_error(L, "'%s' is too long: a spec and what it includes have at most %d MiB", path, SOURCE_LIMIT >> 20);
    if (!text)
        luaL_error(L, "cannot read '%s': %s", path, file_error(errno));
    r->read += length;
    sandbox_spend(L, (int64_t)length + 20000);
    if (length >= 3 && !memcmp(text, "\xef\xbb\xbf", 3)) { /* the byte order mark of UTF-8 says nothing */
        text += 3;
        length -= 3;
    }
    if (is_utf16(text, length))
        luaL_error(L, "'%s' is written in UTF-16\nsave it as UTF-8", path);
    if (!is_text(path, text, length))
        luaL_error(L,
                   "'%s' is no spec but a model, or another file that is no text\n"
                   "import it first: tinytl-gen import model.onnx -o spec.lua",
                   path);
    const char *own = arena_string(r->mem, path);
    remember_file(r, own, text, length);
    assigned_look(r, own, text);
    if (luaL_loadbufferx(L, text, length, arena_format(r->mem, "@%s", path), "t") != LUA_OK)
        lua_error(L);
}

static int include(lua_State *L)
{
    struct run *r = run_of(L);
    const char *name = luaL_checkstring(L, 1);
    if (r->depth++ >= INCLUDE_LIMIT)
        luaL_error(L, "includes are nested more than %d deep", INCLUDE_LIMIT);
    load_file(L, path_beside(r->mem, caller(L).file, name));
    int top = lua_gettop(L) - 1;
    lua_call(L, 0, LUA_MULTRET);
    r->depth--;
    return lua_gettop(L) - top;
}

/* ---- names that nobody defined ---- */

/* What an unknown name stands for, so that the rest of the spec can be checked too: f { ... } is then a layer of which
 * nothing is known. */
static int stand_in(lua_State *L)
{
    if (!run_of(L)->spec->nlayer)
        return 0;
    layer_unknown(L);
    return 1;
}

/* All that can stand in a spec: the layers, and the blocks of the prelude. */
static const char *layers_text(const struct run *r)
{
    struct text t = text_new(r->mem);
    text_put(&t, "layers are: ");
    for (int i = 0; r->constructors[i]; i++)
        text_put(&t, "%s, ", r->constructors[i]->name);
    text_put(&t, "mbconv, lite_residual");
    return t.at;
}

/* __index of the globals. */
static int unknown_name(lua_State *L)
{
    struct run *r = run_of(L);
    const char *name = luaL_tolstring(L, 2, NULL), *names[256], *hint = NULL;
    sandbox_spend(L, 10000);
    int count = 0;
    lua_pushglobaltable(L);
    for (lua_pushnil(L); lua_next(L, -2); lua_pop(L, 1))
        if (count < 256 && lua_type(L, -2) == LUA_TSTRING)
            names[count++] = lua_tostring(L, -2);
    qsort(names, (size_t)count, sizeof *names, by_name);
    if (sandbox_forbids(name))
        hint = "a spec runs in a sandbox: it computes, includes specs and reads options, nothing else";
    else if ((hint = foreign_layer(name)))
        ;
    else if ((hint = nearest_name(name, names, count)))
        hint = arena_format(r->mem, "did you mean '%s'?", hint);
    else
        hint = layers_text(r);
    r->unknown = caller(L);
    diag_error(r->diag, r->unknown, name, hint, "unknown name '%s'", name);
    lua_pushcfunction(L, stand_in);
    return 1;
}

static void refuse_unknown_names(lua_State *L)
{
    lua_pushglobaltable(L);
    lua_createtable(L, 0, 1);
    lua_pushcfunction(L, unknown_name);
    lua_setfield(L, -2, "__index");
    lua_setmetatable(L, -2);
    lua_pop(L, 1);
}

/* ---- running ---- */

/* What to do about an error of Lua's that is usual; NULL: nothing more is known. */
static const char *lua_advice(const char *message)
{
    const char *near = strstr(message, " near '<\\");
    if (near && strtol(near + strlen(" near '<\\"), NULL, 10) > 127)
        return "outside of quotes stands a letter that is not ASCII: a typographic quote or dash, or a space that does "
               "not break; write \" and a plain space";
    if (strstr(message, "(field 'random") && strstr(message, "nil value"))
        return "there is no chance in a spec: the same text is the same network; init = \"random\" draws values from "
               "--seed";
    if (!strcmp(message, "stack overflow"))
        return "a function calls itself without end";
    return NULL;
}

/* An error that Lua raised: "file:line: text", perhaps with a hint behind a newline. */
static void report_lua_error(struct run *r, const char *message)
{
    struct loc at = r->raised.line ? r->raised : (struct loc){r->spec->path, 0};
    int inside = 0; /* the prelude, whose lines tell an author nothing */
    sscanf(message, "prelude:%*d: %n", &inside);
    message += inside;
    for (int i = 0; i < r->spec->nfile; i++) {
        size_t n = strlen(r->spec->file[i]);
        if (!strncmp(message, r->spec->file[i], n) && message[n] == ':') {
            char *rest;
            long line = strtol(message + n + 1, &rest, 10);
            if (*rest == ':') {
                at = (struct loc){r->spec->file[i], (int)line};
                message = rest + 1 + (rest[1] == ' ');
            }
            break;
        }
    }
    if (at.line && at.line == r->unknown.line && !strcmp(at.file, r->unknown.file))
        return; /* follows from an unknown name */
    const char *hint = strchr(message, '\n'), *near = strstr(message, " near '");
    const char *quoted = near ? near + strlen(" near ") : strchr(message, '\'');
    const char *end = quoted ? strchr(quoted + 1, '\'') : NULL;
    char *key = end ? arena_format(r->mem, "%.*s", (int)(end - quoted - 1), quoted + 1) : NULL;
    const char *advice = hint ? hint + 1 : lua_advice(message);
    if (hint)
        message = arena_format(r->mem, "%.*s", (int)(hint - message), message);
    else if (near && !advice && !ends_with(at.file, ".lua"))
        advice = arena_format(r->mem, "a spec is a Lua file, for example signs.lua; is %s one?", at.file);
    diag_error(r->diag, at, key, advice, "%s", message);
}

static int run_spec(lua_State *L)
{
    struct run *r = run_of(L);
    static const luaL_Reg own[] = {{"include", include}, {NULL, NULL}};
    sandbox_open(L);
    lua_pushglobaltable(L);
    sandbox_register(L, own);
    option_register(L);
    side_register(L);
    identity_register(L);
    input_register(L);
    layer_register(L, r);
    train_register(L);
    store_register(L);
    remember_register(L);
    lua_pop(L, 1);
    const char *prelude = embedded_text(r->mem, NULL, "prelude.lua");
    if (luaL_loadbufferx(L, prelude, strlen(prelude), "=prelude", "t") != LUA_OK)
        lua_error(L);
    lua_call(L, 0, 0);
    lua_getglobal(L, "sorted_keys"); /* the spec may put something else under its name */
    lua_setfield(L, LUA_REGISTRYINDEX, "sorted_keys");
    refuse_unknown_names(L);
    load_file(L, r->spec->path);
    lua_call(L, 0, 0);
    return 0;
}

struct spec *spec_read(struct arena *mem, struct diag *d, const char *path,
                       const struct constructor *const *constructors, struct option *option, int noption)
{
    struct spec *s = NEW(mem, struct spec);
    struct run r = {
        .spec = s, .mem = mem, .diag = d, .constructors = constructors, .option = option, .noption = noption};
    s->path = path;
    s->prefix = "";
    s->hash = HASH_START;
    s->train.optimizer = optimizer_default();
    s->train.batch = 1;
    s->seed = 1;
    lua_State *L = sandbox_new(&r);
    if (!L) {
        diag_error(d, (struct loc){path, 0}, NULL, NULL, "out of memory");
        return NULL;
    }
    int before = d->errors;
    lua_pushcfunction(L, run_spec);
    int status = sandbox_run(L);
    if (r.meter.over)
        diag_error(d, r.meter.at, NULL, NULL, "%s", sandbox_limit(r.meter.over));
    else if (assigned_refused(L))
        ; /* what else is wrong follows from it */
    else if (status != LUA_OK)
        report_lua_error(&r, lua_type(L, -1) == LUA_TSTRING ? lua_tostring(L, -1) : "the spec raised an error");
    else
        check_whole(&r);
    sandbox_close(L);
    if (d->errors != before)
        return NULL;
    check_passed("spec", spec_check(mem, s));
    return s;
}
