/* SPDX-License-Identifier: MIT */
/* Constructors of layers: conv { ... } in a spec -> struct layer.  Attributes are checked against the
 * tables of the room ops. */
#include "spec/lua.h"

#include <ctype.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { LAYER_LIMIT = 4096 };

static const char *const common_attributes[] = {"from", "source", "branch", NULL};
static const char *const param_attributes[] = {"init", "missing", NULL};

const struct setting *layer_setting(const struct layer *l, const char *name)
{
    for (int i = 0; i < ATTRIBUTES; i++)
        if (l->make->attribute[i].name && !strcmp(l->make->attribute[i].name, name))
            return &l->setting[i];
    fprintf(stderr, "layer_setting: %s has no '%s'\n", l->make->name, name);
    abort();
}

bool layer_has(const struct layer *l, const char *name)
{
    for (int i = 0; i < ATTRIBUTES; i++)
        if (l->make->attribute[i].name && !strcmp(l->make->attribute[i].name, name))
            return true;
    return false;
}

int layer_int(const struct layer *l, const char *name)
{
    return (int)layer_setting(l, name)->number[0];
}

int layer_spare(const struct layer *l)
{
    return layer_has(l, "spare") ? layer_int(l, "spare") : 0;
}

double layer_number(const struct layer *l, const char *name)
{
    return layer_setting(l, name)->number[0];
}

/* ---- default names ---- */

/* Where the search for a free name of this kind begins: names that are taken stay so. */
static int *first_free(struct run *r, const char *kind)
{
    for (int i = 0; i < r->nnumbered; i++)
        if (!strcmp(r->numbered[i].kind, kind))
            return &r->numbered[i].next;
    GROW(r->mem, r->numbered, r->nnumbered, r->numbered_capacity);
    r->numbered[r->nnumbered] = (struct numbered){arena_string(r->mem, kind), 1};
    return &r->numbered[r->nnumbered++].next;
}

static const char *numbered_name(struct run *r, const char *kind)
{
    int *n = first_free(r, kind);
    for (;; ++*n) {
        const char *name = arena_format(r->mem, "%s%d", kind, *n);
        bool taken = false;
        for (int i = 0; i < r->spec->nlayer && !taken; i++) {
            const char *other = r->spec->layer[i].name;
            size_t length = strlen(name);
            taken = !strncmp(other, name, length) && (!other[length] || other[length] == '.');
        }
        if (!taken)
            return name;
    }
}

static int default_name(lua_State *L)
{
    const char *kind = luaL_checkstring(L, 1);
    sandbox_spend(L, 100 * (int64_t)run_of(L)->nnumbered);
    lua_pushstring(L, numbered_name(run_of(L), kind));
    return 1;
}

/* ---- from, source, name ---- */

static bool has_attribute(const struct constructor *make, const char *name)
{
    for (int i = 0; i < ATTRIBUTES && make->attribute[i].name; i++)
        if (!strcmp(make->attribute[i].name, name))
            return true;
    return false;
}

/* Layers with outputs or a window of weights. */
static bool may_be_part(const struct constructor *make)
{
    return make->has_params && (has_attribute(make, "out") || has_attribute(make, "k"));
}

/* of = { out = 96, k = 7 }: the larger tensors that it reads a part of. */
static void read_of(lua_State *L, struct layer *l)
{
    const char *names[3] = {NULL};
    int n = 0, top = lua_gettop(L), before = run_of(L)->diag->errors;
    const struct layer *from = l->from[0] >= 0 ? &run_of(L)->spec->layer[l->from[0]] : l;
    if (!may_be_part(l->make)) {
        l->part = from->part;
        l->of.given = l->make->has_params && l->part; /* a value for each channel */
        return;
    }
    if (has_attribute(l->make, "out"))
        names[n++] = "out";
    if (has_attribute(l->make, "k"))
        names[n++] = "k";
    int type = raw_field(L, 1, "of"), at = lua_gettop(L);
    l->of.given = l->part = type == LUA_TTABLE;
    if (type != LUA_TNIL && type != LUA_TTABLE)
        diag_error(run_of(L)->diag, l->loc, "of", "for example: of = { out = 96, k = 7 }",
                   "'%s': 'of' must be a table, not a %s", l->name, lua_typename(L, type));
    double out = 0, k[2] = {0, 0};
    if (l->part) {
        check_keys(L, at, "of", names);
        if (raw_field(L, at, "out") != LUA_TNIL)
            take_whole(L, l, "out", layer_has(l, "out") ? layer_int(l, "out") : 1, &out);
        if (raw_field(L, at, "k") != LUA_TNIL && take_whole(L, l, "k", layer_setting(l, "k")->number[0], &k[0]))
            k[1] = k[0];
    }
    l->of.out = (int)out;
    l->of.kh = (int)k[0];
    l->of.kw = (int)k[1];
    if (run_of(L)->diag->errors != before)
        l->of.given = false;
    lua_settop(L, top);
}

static void check_names(lua_State *L, const struct constructor *make)
{
    const char *names[ATTRIBUTES + 8];
    int n = 0;
    for (int i = 0; i < ATTRIBUTES && make->attribute[i].name; i++)
        names[n++] = make->attribute[i].name;
    for (int i = 0; common_attributes[i]; i++)
        names[n++] = common_attributes[i];
    for (int i = 0; make->has_params && param_attributes[i]; i++)
        names[n++] = param_attributes[i];
    if (make->has_act)
        names[n++] = "act";
    if (make->rank)
        names[n++] = "lora";
    if (may_be_part(make))
        names[n++] = "of";
    names[n] = NULL;
    check_keys(L, 1, make->name, names);
}

static void read_from(lua_State *L, struct layer *l)
{
    struct run *r = run_of(L);
    int type = raw_field(L, 1, "from"), id = type == LUA_TNIL ? r->spec->nlayer - 1 : handle_id(L, -1);
    int least = l->make->inputs, most = l->make->most_inputs ? l->make->most_inputs : least;
    size_t count = type == LUA_TTABLE ? lua_rawlen(L, -1) : 0;
    l->nfrom = least;
    if (least == 1 && id >= 0) {
        l->from[0] = id;
    } else if (least > 1 && count >= (size_t)least && count <= (size_t)most) {
        l->nfrom = (int)count;
        for (int i = 0; i < l->nfrom; i++) {
            lua_rawgeti(L, -1, i + 1);
            l->from[i] = handle_id(L, -1);
            if (l->from[i] < 0)
                diag_error(r->diag, l->loc, "from", NULL, "%s '%s': from[%d] is not a layer", l->make->name, l->name,
                           i + 1);
            lua_pop(L, 1);
        }
    } else {
        l->from[0] = -1;
        diag_error(r->diag, l->loc, "from", NULL, "%s '%s': from must be %s", l->make->name, l->name,
                   least == 1     ? "a layer"
                   : most > least ? arena_format(r->mem, "%d to %d layers: from = { a, b, ... }", least, most)
                                  : "two layers: from = { a, b }");
    }
    lua_pop(L, 1);
    for (int i = 0; i < l->nfrom; i++)
        if (l->from[i] >= 0)
            l->in[i] = r->spec->layer[l->from[i]].out;
}

static void read_source(lua_State *L, struct layer *l)
{
    if (raw_field(L, 1, "source") == LUA_TTABLE) {
        for (int i = 0; i < SOURCES && lua_rawgeti(L, -1, i + 1) != LUA_TNIL; i++, lua_pop(L, 1))
            l->source[l->nsource++] = (int)lua_tointeger(L, -1);
        if (l->nsource < SOURCES)
            lua_pop(L, 1);
    } else if (lua_isinteger(L, -1)) {
        l->source[l->nsource++] = (int)lua_tointeger(L, -1);
    }
    lua_pop(L, 1);
}

/* "a.b" and "a_b" would be one name in the output. */
static bool same_in_c(const char *a, const char *b)
{
    while (*a && (*a == *b || (!isalnum((unsigned char)*a) && *b && !isalnum((unsigned char)*b)))) {
        a++;
        b++;
    }
    return !*a && !*b;
}

/* Once for all the layers of a block. */
static void name_taken(lua_State *L, const struct layer *l, const struct layer *other)
{
    struct run *r = run_of(L);
    lua_Debug info = {0};
    bool block = lua_getstack(L, 1, &info) && lua_getinfo(L, "S", &info) && !strcmp(info.source, "=prelude");
    const char *written = block ? arena_format(r->mem, "%.*s", (int)strcspn(l->name, "."), l->name) : l->name;
    if (r->taken.line == l->loc.line && r->taken.file && !strcmp(r->taken.file, l->loc.file))
        return;
    r->taken = l->loc;
    diag_error(r->diag, l->loc, written,
               strcmp(other->name, l->name) ? "names in C keep letters and digits; all else becomes '_'"
                                            : "give it another name; values are found by name in the weights file",
               "there is a layer '%s' already (line %d)", other->name, other->loc.line);
}

static void read_name(lua_State *L, struct layer *l)
{
    struct run *r = run_of(L);
    lua_rawgeti(L, 1, 1);
    if (lua_isnil(L, -1))
        l->name = numbered_name(r, l->make->name);
    else if (lua_type(L, -1) == LUA_TSTRING && strlen(lua_tostring(L, -1)) == lua_rawlen(L, -1))
        l->name = arena_string(r->mem, lua_tostring(L, -1));
    else
        l->name = "";
    lua_pop(L, 1);
    bool ok = l->name[0] && strlen(l->name) < 120;
    for (const char *p = l->name; ok && *p; p++)
        ok = (*p >= 'a' && *p <= 'z') || (*p >= 'A' && *p <= 'Z') || (*p >= '0' && *p <= '9') || strchr("._-/:", *p);
    if (!ok)
        diag_error(r->diag, l->loc, l->name[0] ? l->name : l->make->name, NULL,
                   "a layer's name is made of letters, digits and . _ - / :");
    for (int i = 0; i < r->spec->nlayer; i++)
        if (same_in_c(r->spec->layer[i].name, l->name)) {
            name_taken(L, l, &r->spec->layer[i]);
            l->name = numbered_name(r, l->make->name);
        }
}

/* ---- the constructors ---- */

bool layer_fits(const struct shape *s)
{
    return s->h > 0 && s->w > 0 && s->c > 0 && s->h <= DIMENSION_LIMIT && s->w <= DIMENSION_LIMIT &&
           s->c <= DIMENSION_LIMIT && (int64_t)s->h * s->w * s->c <= ELEMENT_LIMIT;
}

int layer_add(struct run *r, const struct layer *l)
{
    struct spec *s = r->spec;
    GROW(r->mem, s->layer, s->nlayer, s->capacity);
    s->layer[s->nlayer] = *l;
    return s->nlayer++;
}

static void impossible_map(struct run *r, const struct layer *l)
{
    const struct shape *in = &l->in[0], *out = &l->out;
    bool empty = out->h < 1 || out->w < 1 || out->c < 1;
    diag_error(r->diag, l->loc, l->name,
               empty ? "a smaller k, or pad, or a smaller stride before it"
                     : arena_format(r->mem, "a side has at most %d, a map at most %lld values", DIMENSION_LIMIT,
                                    (long long)ELEMENT_LIMIT),
               "%s '%s' makes an impossible map of %d x %d x %d from %d x %d x %d", l->make->name, l->name, out->h,
               out->w, out->c, in->h, in->w, in->c);
}

void layer_unknown(lua_State *L)
{
    static const struct constructor unknown = {.name = "layer"};
    struct spec *s = run_of(L)->spec;
    struct layer l = s->layer[s->nlayer - 1];
    l = (struct layer){.make = &unknown, .name = "", .loc = caller(L), .in = {l.out}, .out = l.out, .wrong = true};
    int id = layer_add(run_of(L), &l);
    layer_push(L, id);
}

static int construct(lua_State *L)
{
    struct run *r = run_of(L);
    const struct constructor *make = lua_touserdata(L, lua_upvalueindex(1));
    sandbox_spend(L, 1000);
    if (!wants_table(L, make->name))
        return layer_last(L);
    if (!r->spec->nlayer)
        return luaL_error(L, "'%s' stands before 'input'", make->name);
    if (r->spec->nlayer >= LAYER_LIMIT)
        return luaL_error(L, "more than %d layers", LAYER_LIMIT);
    struct layer l = {.make = make, .loc = caller(L)};
    read_name(L, &l);
    check_names(L, make);
    int before = r->diag->errors;
    read_from(L, &l);
    read_settings(L, 1, &l);
    l.wrong = r->diag->errors != before;
    read_source(L, &l);
    l.branch = field_flag(L, 1, "branch", false);
    static const char *const inits[] = {"file", "random", "zero", "one", NULL};
    l.init = make->has_params ? field_word(L, 1, "init", inits, "file") : "file";
    l.missing = make->has_params ? field_word(L, 1, "missing", inits + 1, NULL) : NULL;
    if (make->has_act)
        l.act = read_act(L, &l);
    read_lora(L, &l);
    read_of(L, &l);
    for (int i = 0; i < l.nfrom; i++)
        l.wrong = l.wrong || l.from[i] < 0 || r->spec->layer[l.from[i]].wrong;
    for (int i = 0; i < ATTRIBUTES && make->attribute[i].name; i++)
        l.wrong = l.wrong || (l.setting[i].layer >= 0 && r->spec->layer[l.setting[i].layer].wrong);
    l.out = l.in[0]; /* what later layers see where this one is wrong */
    before = r->diag->errors;
    if (!l.wrong) {
        make->shape(r->diag, &l);
        l.wrong = !layer_fits(&l.out);
        check_lora(r, &l);
        if (l.act) {
            l.act->in[0] = l.out;
            l.act->make->shape(r->diag, l.act);
        }
        if (r->diag->errors == before && l.wrong)
            impossible_map(r, &l);
    }
    if (l.wrong)
        l.out = l.in[0];
    int id = layer_add(r, &l);
    layer_push(L, id);
    return 1;
}

/* check_keys(what, table, { "name", ... }) for the blocks of the prelude. */
static int check_block(lua_State *L)
{
    const char *names[32] = {NULL};
    const char *what = luaL_checkstring(L, 1);
    if (!lua_istable(L, 2))
        return luaL_error(L, "%s takes a table: %s { ... }", what, what);
    luaL_checktype(L, 3, LUA_TTABLE);
    for (int i = 0; i < 31 && lua_rawgeti(L, 3, i + 1) == LUA_TSTRING; i++, lua_pop(L, 1))
        names[i] = lua_tostring(L, -1);
    check_keys(L, 2, what, names);
    return 0;
}

/* refuse(key, message [, hint]), likewise: a mistake, after which the block goes on. */
static int refuse_block(lua_State *L)
{
    diag_error(run_of(L)->diag, caller(L), luaL_checkstring(L, 1), luaL_optstring(L, 3, NULL), "%s",
               luaL_checkstring(L, 2));
    return 0;
}

/* mark(t), likewise: t, which knows then where it was made. */
static int mark_place(lua_State *L)
{
    struct loc at = caller(L);
    lua_pushstring(L, at.file);
    lua_setfield(L, 1, "file");
    lua_pushinteger(L, at.line);
    lua_setfield(L, 1, "line");
    lua_settop(L, 1);
    return 1;
}

void layer_register(lua_State *L, const struct run *r)
{
    static const luaL_Reg own[] = {{"last_layer", layer_last},  {"default_name", default_name},
                                   {"check_keys", check_block}, {"refuse", refuse_block},
                                   {"mark", mark_place},        {NULL, NULL}};
    sandbox_register(L, own);
    for (int i = 0; r->constructors[i]; i++) {
        lua_pushlightuserdata(L, (void *)(uintptr_t)r->constructors[i]);
        lua_pushcclosure(L, construct, 1);
        lua_setfield(L, -2, r->constructors[i]->name);
    }
}

static void dump_choice(const struct spec_choice *c, FILE *out)
{
    fprintf(out, "choice %s = %s%s  of", c->name, c->value[c->taken].text, c->fixed ? " (fixed)" : "");
    for (int i = 0; i < c->nvalue; i++)
        fprintf(out, "%s %s", i ? "," : "", c->value[i].text);
    fprintf(out, "\n");
}

void spec_dump(const struct spec *s, FILE *out)
{
    fprintf(out, "spec %s\n", s->name);
    for (int i = 0; i < s->nlayer; i++) {
        const struct layer *l = &s->layer[i];
        fprintf(out, "%-28s %4d x %-4d x %-5d = %s", l->name, l->out.h, l->out.w, l->out.c, l->make->name);
        for (int k = 0; k < l->nfrom; k++)
            fprintf(out, "%s %s", k ? "," : "", s->layer[l->from[k]].name);
        if (l->act)
            fprintf(out, "  act=%s", l->act->make->name);
        if (l->lora)
            fprintf(out, "  lora=%d", l->lora);
        fprintf(out, "\n");
    }
    for (int i = 0; i < s->nchoice; i++)
        dump_choice(&s->choice[i], out);
    for (int i = 0; i < s->train.nupdate; i++)
        fprintf(out, "update %s  inputs=%g outputs=%g\n", s->train.update[i].glob, s->train.update[i].inputs,
                s->train.update[i].outputs);
}
