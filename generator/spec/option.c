/* SPDX-License-Identifier: MIT */
/* What a spec leaves to others: option and choice, and set, which fixes either for an include.
 *
 * -D name=value on the command line is the last word, then what was set, then the default, or a choice's first value. */
#include "spec/lua.h"

#include <string.h>

enum { VALUE_LIMIT = 64 };

static struct option *given_option(struct run *r, const char *name)
{
    for (int i = 0; i < r->noption; i++)
        if (!strcmp(r->option[i].name, name))
            return &r->option[i];
    return NULL;
}

static struct fixed *fixed_value(struct run *r, const char *name)
{
    for (int i = 0; i < r->nfixed; i++)
        if (!strcmp(r->fixed[i].name, name))
            return &r->fixed[i];
    return NULL;
}

static const struct read_name *known_name(const struct run *r, const char *name)
{
    for (int i = 0; i < r->nknown; i++)
        if (!strcmp(r->known[i].name, name))
            return &r->known[i];
    return NULL;
}

static void remember_name(lua_State *L, const char *name)
{
    struct run *r = run_of(L);
    sandbox_spend(L, r->nknown + r->nfixed);
    if (known_name(r, name))
        return;
    GROW(r->mem, r->known, r->nknown, r->known_capacity);
    r->known[r->nknown++] = (struct read_name){arena_string(r->mem, name), caller(L)};
}

static const char *name_argument(lua_State *L, const char *what)
{
    if (lua_type(L, 1) != LUA_TSTRING)
        luaL_error(L, "%s: its name is a text, not a %s", what, luaL_typename(L, 1));
    return lua_tostring(L, 1);
}

/* ---- option(name, default) ---- */

static enum choice_kind kind_of_value(lua_State *L, int at)
{
    int type = lua_type(L, at);
    return type == LUA_TNUMBER ? CHOICE_NUMBER : type == LUA_TBOOLEAN ? CHOICE_FLAG : CHOICE_TEXT;
}

/* The text behind -D name=, as a value of the type of the default, which stands at 2. */
static int push_option(lua_State *L, struct option *o)
{
    o->kind = kind_of_value(L, 2);
    if (lua_type(L, 2) == LUA_TNUMBER) {
        if (!lua_stringtonumber(L, o->value))
            return luaL_error(L, "option '%s' is a number: -D %s=%s", o->name, o->name, o->value);
    } else if (lua_isboolean(L, 2)) {
        lua_pushboolean(L, !strcmp(o->value, "true") || !strcmp(o->value, "1"));
    } else {
        lua_pushstring(L, o->value);
    }
    return 1;
}

static int get_option(lua_State *L)
{
    struct run *r = run_of(L);
    const char *name = name_argument(L, "option");
    struct option *o = given_option(r, name);
    struct fixed *f = fixed_value(r, name);
    remember_name(L, name);
    lua_settop(L, 2);
    if (f)
        f->used = true;
    if (o) {
        o->used = true;
        return push_option(L, o);
    }
    if (!f)
        return 1;
    lua_rawgeti(L, LUA_REGISTRYINDEX, f->value);
    if (lua_type(L, 3) == lua_type(L, 2) || lua_isnoneornil(L, 2))
        return 1;
    diag_error(r->diag, f->loc, name, NULL, "set: option '%s' is a %s, not a %s", name, luaL_typename(L, 2),
               luaL_typename(L, 3));
    lua_settop(L, 2);
    return 1;
}

/* ---- choice(name, { a, b, c }) ---- */

/* The value on top of the stack, as -D would name it; NULL: none that a choice can have. */
static const char *value_text(lua_State *L)
{
    struct run *r = run_of(L);
    double number = lua_tonumber(L, -1);
    int type = lua_type(L, -1);
    if (type != LUA_TNUMBER && type != LUA_TSTRING && type != LUA_TBOOLEAN)
        return NULL;
    if (type == LUA_TNUMBER && number - number != 0)
        return NULL;
    size_t length;
    const char *text = arena_string(r->mem, luaL_tolstring(L, -1, &length));
    lua_pop(L, 1);
    return strlen(text) == length ? text : NULL;
}

static const char *values_text(struct arena *mem, const struct spec_choice *c)
{
    struct text t = text_new(mem);
    for (int i = 0; i < c->nvalue; i++)
        text_put(&t, "%s%s", i ? ", " : "", c->value[i].text);
    return t.at;
}

/* The list at 2. False after a message. */
static bool read_values(lua_State *L, struct spec_choice *c)
{
    struct run *r = run_of(L);
    size_t count = lua_istable(L, 2) ? lua_rawlen(L, 2) : 0;
    if (count < 1 || count > VALUE_LIMIT) {
        diag_error(r->diag, c->loc, c->name, "for example: choice(\"width\", { 64, 96, 128 })",
                   "choice '%s' takes a list of 1 to %d values", c->name, VALUE_LIMIT);
        return false;
    }
    c->value = NEW_ARRAY(r->mem, struct choice_value, count);
    for (; c->nvalue < (int)count; c->nvalue++, lua_pop(L, 1)) {
        lua_rawgeti(L, 2, c->nvalue + 1);
        const char *text = value_text(L), *wrong = text ? NULL : "is no number, text, true or false";
        for (int i = 0; i < c->nvalue && !wrong; i++)
            wrong = strcmp(c->value[i].text, text) ? NULL : "stands there before";
        if (wrong) {
            diag_error(r->diag, c->loc, c->name, NULL, "choice '%s': value %d %s", c->name, c->nvalue + 1, wrong);
            return false;
        }
        c->value[c->nvalue] = (struct choice_value){kind_of_value(L, -1), text};
    }
    return true;
}

/* Which of the values in the list at 2 a text means: as it stands there, or as another way to write that number; -1. */
static int value_named(lua_State *L, const struct spec_choice *c, const char *text)
{
    for (int i = 0; i < c->nvalue; i++)
        if (!strcmp(c->value[i].text, text))
            return i;
    bool number = lua_stringtonumber(L, text) != 0;
    for (int i = 0; number && i < c->nvalue; i++) {
        lua_rawgeti(L, 2, i + 1);
        bool same = lua_type(L, -1) == LUA_TNUMBER && lua_compare(L, -1, -2, LUA_OPEQ);
        lua_pop(L, 1);
        if (same) {
            lua_pop(L, 1);
            return i;
        }
    }
    lua_pop(L, number);
    return -1;
}

/* What -D says, else what was set, else the first. */
static void take_value(lua_State *L, struct spec_choice *c)
{
    struct run *r = run_of(L);
    struct option *o = given_option(r, c->name);
    struct fixed *f = fixed_value(r, c->name);
    c->fixed = o || f;
    if (!c->fixed)
        return;
    if (o)
        o->used = true;
    if (f)
        f->used = true;
    const char *text = o ? o->value : f->text;
    int taken = value_named(L, c, text);
    c->taken = taken < 0 ? 0 : taken;
    if (o)
        o->kind = c->value[c->taken].kind;
    if (taken < 0)
        diag_error(r->diag, o ? c->loc : f->loc, c->name, NULL, "%s%s=%s: choice '%s' is one of %s", o ? "-D " : "set ",
                   c->name, text, c->name, values_text(r->mem, c));
}

static const struct spec_choice *choice_named(const struct spec *s, const char *name)
{
    for (int i = 0; i < s->nchoice; i++)
        if (!strcmp(s->choice[i].name, name))
            return &s->choice[i];
    return NULL;
}

static bool same_values(const struct spec_choice *a, const struct spec_choice *b)
{
    bool same = a->nvalue == b->nvalue;
    for (int i = 0; same && i < a->nvalue; i++)
        same = !strcmp(a->value[i].text, b->value[i].text) && a->value[i].kind == b->value[i].kind;
    return same;
}

static int make_choice(lua_State *L)
{
    struct run *r = run_of(L);
    struct spec *s = r->spec;
    struct spec_choice c = {.name = arena_string(r->mem, name_argument(L, "choice")), .loc = caller(L)};
    lua_settop(L, 2);
    remember_name(L, c.name);
    if (!c.name[0] || strchr(c.name, '='))
        diag_error(r->diag, c.loc, c.name, NULL, "a choice's name stands before the = of -D name=value");
    if (!read_values(L, &c)) {
        lua_pushnil(L);
        return 1;
    }
    const struct spec_choice *before = choice_named(s, c.name);
    if (before && !same_values(before, &c))
        diag_error(r->diag, c.loc, c.name, "one name, one list", "choice '%s' is one of %s in line %d", c.name,
                   values_text(r->mem, before), before->loc.line);
    if (before && same_values(before, &c)) {
        c.taken = before->taken;
    } else {
        take_value(L, &c);
        GROW(r->mem, s->choice, s->nchoice, s->choice_capacity);
        s->choice[s->nchoice++] = c;
    }
    lua_rawgeti(L, 2, c.taken + 1);
    return 1;
}

/* ---- set(name, value) ---- */

static int set(lua_State *L)
{
    struct run *r = run_of(L);
    struct fixed f = {.name = arena_string(r->mem, name_argument(L, "set")), .loc = caller(L)};
    lua_settop(L, 2);
    f.text = value_text(L);
    sandbox_spend(L, r->nknown + r->nfixed);
    const struct fixed *before = fixed_value(r, f.name);
    const struct read_name *known = known_name(r, f.name);
    if (!f.text) {
        diag_error(r->diag, f.loc, f.name, "for example: set(\"width\", 96)",
                   "set '%s': its value is a number, a text, true or false", f.name);
    } else if (before) {
        if (strcmp(before->text, f.text) != 0)
            diag_error(r->diag, f.loc, f.name, NULL, "'%s' is set to %s already, in %s:%d", f.name, before->text,
                       before->loc.file, before->loc.line);
    } else if (known) {
        diag_error(r->diag, f.loc, f.name, "set stands before the include of what reads it",
                   "'%s' was read before it is set, in %s:%d", f.name, known->loc.file, known->loc.line);
    } else {
        f.value = luaL_ref(L, LUA_REGISTRYINDEX);
        GROW(r->mem, r->fixed, r->nfixed, r->fixed_capacity);
        r->fixed[r->nfixed++] = f;
    }
    return 0;
}

/* ---- what nobody reads ---- */

static const char *similar_option(const struct run *r, const char *name)
{
    const char **names = NEW_ARRAY(r->mem, const char *, r->nknown + 1);
    for (int i = 0; i < r->nknown; i++)
        names[i] = r->known[i].name;
    const char *near = nearest_name(name, names, r->nknown);
    return near ? arena_format(r->mem, "did you mean '%s'?", near) : NULL;
}

void check_options(struct run *r)
{
    static const char *const how = "options are read by option(\"name\", default) in the spec";
    for (int i = 0; i < r->noption; i++) {
        const struct option *o = &r->option[i];
        const char *near = o->used ? NULL : similar_option(r, o->name);
        if (!o->used)
            diag_error(r->diag, (struct loc){r->spec->path, 0}, NULL, near ? near : how,
                       "the spec has no option '%s' (-D %s=%s)", o->name, o->name, o->value);
    }
    for (int i = 0; i < r->nfixed; i++) {
        const struct fixed *f = &r->fixed[i];
        if (!f->used)
            diag_error(r->diag, f->loc, f->name, similar_option(r, f->name),
                       "no option or choice '%s' is read behind this line", f->name);
    }
}

void option_register(lua_State *L)
{
    static const luaL_Reg own[] = {{"option", get_option}, {"choice", make_choice}, {"set", set}, {NULL, NULL}};
    sandbox_register(L, own);
}
