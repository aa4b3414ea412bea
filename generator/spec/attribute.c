/* SPDX-License-Identifier: MIT */
/* What stands in a layer's table: attributes, checked against the tables of the room ops, and the activation. */
#include "spec/lua.h"

#include <math.h>
#include <string.h>

bool take_whole(lua_State *L, struct layer *l, const char *name, double least, double *value)
{
    struct diag *d = run_of(L)->diag;
    double v = lua_tonumber(L, -1);
    if (lua_type(L, -1) != LUA_TNUMBER)
        diag_error(d, l->loc, name, NULL, "%s '%s': '%s' must be a number, not a %s", l->make->name, l->name, name,
                   luaL_typename(L, -1));
    else if (v != floor(v) || v < least || v > DIMENSION_LIMIT)
        diag_error(d, l->loc, name, NULL, "%s '%s': '%s' must be a whole number from %g to %d, not %.14g",
                   l->make->name, l->name, name, least, DIMENSION_LIMIT, v);
    else {
        *value = v;
        return true;
    }
    return false;
}

/* `count` whole numbers in the table at the top of the stack. */
static bool whole_list(lua_State *L, struct layer *l, const char *name, double least, int count, double *value)
{
    if (lua_rawlen(L, -1) != (size_t)count) {
        diag_error(run_of(L)->diag, l->loc, name, NULL, "%s '%s': '%s' takes %d numbers, not %d", l->make->name,
                   l->name, name, count, (int)lua_rawlen(L, -1));
        return false;
    }
    bool ok = true;
    for (int i = 0; i < count && ok; i++) {
        lua_rawgeti(L, -1, i + 1);
        ok = take_whole(L, l, name, least, &value[i]);
        lua_pop(L, 1);
    }
    return ok;
}

static void read_pad(lua_State *L, struct layer *l, const char *name, struct setting *s)
{
    static const char *const words[] = {"same", "tf_same", NULL};
    s->word = NULL;
    if (lua_type(L, -1) == LUA_TSTRING) {
        for (int i = 0; words[i]; i++)
            if (!strcmp(lua_tostring(L, -1), words[i]))
                s->word = words[i];
        if (!s->word) {
            diag_error(run_of(L)->diag, l->loc, lua_tostring(L, -1), NULL,
                       "%s '%s': pad must be \"same\", \"tf_same\", a number or "
                       "{ top, bottom, left, right }",
                       l->make->name, l->name);
            s->word = words[0];
        }
    } else if (lua_istable(L, -1)) {
        whole_list(L, l, name, 0, 4, s->number);
    } else if (take_whole(L, l, name, 0, &s->number[0])) {
        s->number[1] = s->number[2] = s->number[3] = s->number[0];
    }
}

static void read_word(lua_State *L, struct layer *l, const struct attribute *a, struct setting *s)
{
    const char *word = lua_type(L, -1) == LUA_TSTRING ? lua_tostring(L, -1) : "";
    size_t n = strlen(word);
    for (const char *p = a->words; n && (p = strstr(p, word)); p += n) {
        bool starts = p == a->words || p[-1] == ' ', ends = p[n] == ' ' || !p[n];
        if (starts && ends) {
            s->word = arena_string(run_of(L)->mem, word);
            return;
        }
    }
    diag_error(run_of(L)->diag, l->loc, a->name, NULL, "%s '%s': '%s' must be one of: %s", l->make->name, l->name,
               a->name, a->words);
}

/* The value at the top of the stack, the field of the table at `index`. */
static void read_setting(lua_State *L, int index, struct layer *l, const struct attribute *a, struct setting *s)
{
    switch (a->kind) {
    case ATTRIBUTE_INT:
        take_whole(L, l, a->name, 1, &s->number[0]);
        break;
    case ATTRIBUTE_NUMBER:
        s->number[0] = field_number(L, index, a->name, a->value);
        break;
    case ATTRIBUTE_FLAG:
        s->number[0] = field_flag(L, index, a->name, a->value != 0);
        break;
    case ATTRIBUTE_PAIR:
        if (lua_istable(L, -1))
            whole_list(L, l, a->name, 1, 2, s->number);
        else if (take_whole(L, l, a->name, 1, &s->number[0]))
            s->number[1] = s->number[0];
        break;
    case ATTRIBUTE_PAD:
        read_pad(L, l, a->name, s);
        break;
    case ATTRIBUTE_WORD:
        read_word(L, l, a, s);
        break;
    case ATTRIBUTE_LAYER:
        s->layer = handle_id(L, -1);
        if (s->layer < 0)
            diag_error(run_of(L)->diag, l->loc, a->name, NULL, "%s '%s': '%s' must be a layer", l->make->name, l->name,
                       a->name);
        else {
            const struct shape *of = &run_of(L)->spec->layer[s->layer].out;
            s->number[0] = of->h;
            s->number[1] = of->w;
            s->number[2] = of->c;
        }
        break;
    }
}

static void set_default(const struct attribute *a, struct setting *s)
{
    *s = (struct setting){.number = {a->value, a->value, a->value, a->value}, .layer = -1};
    if (a->kind == ATTRIBUTE_PAD && a->value < 0)
        s->word = "same";
    if (a->kind == ATTRIBUTE_WORD)
        s->word = a->words; /* compared with word_is(): the first of the list */
}

void read_settings(lua_State *L, int index, struct layer *l)
{
    for (int i = 0; i < ATTRIBUTES && l->make->attribute[i].name; i++) {
        const struct attribute *a = &l->make->attribute[i];
        struct setting *s = &l->setting[i];
        set_default(a, s);
        if (!index)
            continue;
        if (raw_field(L, index, a->name) != LUA_TNIL) {
            s->given = true;
            read_setting(L, index, l, a, s);
        } else if (a->required) {
            diag_error(run_of(L)->diag, l->loc, l->make->name, NULL, "%s '%s' needs '%s'", l->make->name, l->name,
                       a->name);
        }
        lua_pop(L, 1);
    }
}

/* ---- act ---- */

/* The activations that a layer may have. */
static const char *const *activations(const struct run *r)
{
    int count = 0, n = 0;
    while (r->constructors[count])
        count++;
    const char **names = NEW_ARRAY(r->mem, const char *, count + 1);
    for (int i = 0; i < count; i++)
        if (r->constructors[i]->activation)
            names[n++] = r->constructors[i]->name;
    return names;
}

static const struct constructor *constructor_named(const struct run *r, const char *name)
{
    int i = 0;
    while (strcmp(r->constructors[i]->name, name))
        i++;
    return r->constructors[i];
}

static void check_act_names(lua_State *L, int index, const struct constructor *make)
{
    const char *names[ATTRIBUTES + 1] = {NULL};
    for (int i = 0; i < ATTRIBUTES && make->attribute[i].name; i++)
        names[i] = make->attribute[i].name;
    check_keys(L, index, make->name, names);
}

struct layer *read_act(lua_State *L, const struct layer *l)
{
    struct run *r = run_of(L);
    int table = raw_field(L, 1, "act") == LUA_TTABLE ? lua_gettop(L) : 0;
    if (table && lua_rawgeti(L, table, 1) == LUA_TNIL)
        diag_error(r->diag, l->loc, "act", "the activation's name comes first: act = { \"leaky_relu\", slope = 0.1 }",
                   "'%s': 'act' names no activation", l->name);
    if (!table)
        lua_pushvalue(L, -1);
    const char *name = take_word(L, "act", activations(r), NULL);
    struct layer *act = name ? NEW(r->mem, struct layer) : NULL;
    if (act) {
        const struct constructor *make = constructor_named(r, name);
        *act = (struct layer){.make = make, .loc = l->loc, .init = l->init, .missing = l->missing, .nfrom = 1};
        act->name = arena_format(r->mem, "%s.%s", l->name, name);
        if (table)
            check_act_names(L, table, make);
        read_settings(L, table, act);
    }
    lua_pop(L, 1);
    return act;
}
