/* SPDX-License-Identifier: MIT */
/* Branches beside the layers of a spec that need not know of them.
 *
 *     conv { "a", out = 16, k = 1, lora = 4 }        W x + B A x, A of 4 outputs: the attribute,
 *     lora { rank = 4 }                              beside the layer before, or `from`,
 *     side { ["a"] = { lora = 4 }, ["blocks.5"] = { lite = { k = 3 } } }       or by name, before an include */
#include "spec/lua.h"

#include <string.h>

/* ---- lora ---- */

/* The rank at the top of the stack, 4 or { rank = 4 }; 0 after a message. */
static int rank_of(lua_State *L, const char *name, const char *key)
{
    static const char *const names[] = {"rank", NULL};
    struct run *r = run_of(L);
    int top = lua_gettop(L);
    if (lua_istable(L, -1)) {
        check_keys(L, top, "lora", names);
        raw_field(L, top, "rank");
    }
    double rank = lua_type(L, -1) == LUA_TNUMBER ? lua_tonumber(L, -1) : 0;
    lua_settop(L, top);
    if (rank >= 1 && rank <= DIMENSION_LIMIT && rank == (int)rank)
        return (int)rank;
    diag_error(r->diag, caller(L), key, "for example: lora = 4, or lora = { rank = 4 }",
               "'%s': lora has a rank, a whole number from 1 to %d", name, DIMENSION_LIMIT);
    return 0;
}

static struct beside *side_of(const struct run *r, const char *name)
{
    for (int i = 0; i < r->nbeside; i++)
        if (!strcmp(r->beside[i].name, name))
            return &r->beside[i];
    return NULL;
}

void read_lora(lua_State *L, struct layer *l)
{
    struct run *r = run_of(L);
    if (!l->make->rank)
        return;
    if (raw_field(L, 1, "lora") != LUA_TNIL)
        l->lora = rank_of(L, l->name, "lora");
    lua_pop(L, 1);
    sandbox_spend(L, r->nbeside);
    struct beside *side = side_of(r, l->name);
    if (!side || !side->lora)
        return;
    side->taken = l->lora > 0;
    side->used = !side->taken;
    if (side->used)
        l->lora = side->lora;
}

void check_lora(struct run *r, struct layer *l)
{
    const struct beside *side = side_of(r, l->name);
    struct loc at = side && side->used ? side->loc : l->loc;
    int most = l->lora ? l->make->rank(l) : 0;
    if (l->lora <= most)
        return;
    if (most)
        diag_error(r->diag, at, l->name, NULL, "%s '%s' has weights of rank %d: lora = %d would say nothing more",
                   l->make->name, l->name, most, l->lora);
    else
        diag_error(r->diag, at, l->name, "a convolution without groups, or a dense layer",
                   "%s '%s' is a convolution in groups, which has no low-rank branch", l->make->name, l->name);
    l->lora = 0;
}

/* lora { rank = 4, from = layer } */
static int make_lora(lua_State *L)
{
    static const char *const names[] = {"rank", "from", NULL};
    struct run *r = run_of(L);
    struct spec *s = r->spec;
    if (!wants_table(L, "lora") || !s->nlayer)
        return layer_last(L);
    check_keys(L, 1, "lora", names);
    int id = raw_field(L, 1, "from") == LUA_TNIL ? s->nlayer - 1 : handle_id(L, -1);
    lua_settop(L, 1);
    if (id < 0) {
        diag_error(r->diag, caller(L), "from", NULL, "lora: from must be a layer");
        return layer_last(L);
    }
    struct layer *l = &s->layer[id];
    raw_field(L, 1, "rank");
    int rank = rank_of(L, l->name, "rank");
    if (!l->make->rank)
        diag_error(r->diag, caller(L), "rank", "it stands behind a conv or dense layer, or has from = one",
                   "lora stands beside %s '%s', which has no weights that it could join", l->make->name, l->name);
    else if (l->lora && rank)
        diag_error(r->diag, caller(L), "rank", NULL, "'%s' has a low-rank branch already", l->name);
    else if (!l->wrong) {
        l->lora = rank;
        check_lora(r, l);
    }
    return layer_push(L, id);
}

/* ---- side ---- */

/* The form of the branch at the top of the stack; false after a message. */
static bool read_side(lua_State *L, struct beside *b)
{
    static const char *const names[] = {"lora", "lite", NULL};
    static const char *const forms[] = {"k", "groups", "expand", "norm", NULL};
    struct run *r = run_of(L);
    int before = r->diag->errors, top = lua_gettop(L);
    const char *example = "for example: side { [\"blocks.3\"] = { lite = { k = 3 } } }";
    if (!lua_istable(L, top)) {
        diag_error(r->diag, b->loc, b->name, example, "side '%s': it has a branch in braces", b->name);
        return false;
    }
    check_keys(L, top, "side", names);
    bool lora = raw_field(L, top, "lora") != LUA_TNIL;
    if (lora)
        b->lora = rank_of(L, b->name, "lora");
    lua_settop(L, top);
    int lite = raw_field(L, top, "lite");
    if (lora == (lite != LUA_TNIL))
        diag_error(r->diag, b->loc, b->name, example, "side '%s': lora beside a layer, or lite beside a block",
                   b->name);
    else if (!lora && lite != LUA_TTABLE)
        diag_error(r->diag, b->loc, "lite", example, "side '%s': 'lite' must be a table, not a %s", b->name,
                   lua_typename(L, lite));
    else if (!lora) {
        check_keys(L, lua_gettop(L), "lite", forms);
        b->lite = luaL_ref(L, LUA_REGISTRYINDEX);
    }
    lua_settop(L, top);
    return r->diag->errors == before;
}

/* The key at the top of the stack, whose value is in the table at 1. */
static void add_side(lua_State *L)
{
    struct run *r = run_of(L);
    struct beside b = {.loc = caller(L)};
    sandbox_spend(L, 1000 + r->nbeside);
    if (lua_type(L, -1) != LUA_TSTRING) {
        diag_error(r->diag, b.loc, "side", NULL,
                   "side: names of layers and blocks stand in brackets: [\"blocks.3\"] =");
        return;
    }
    b.name = arena_string(r->mem, lua_tostring(L, -1));
    const struct beside *before = side_of(r, b.name);
    lua_pushvalue(L, -1);
    lua_rawget(L, 1);
    if (before)
        diag_error(r->diag, b.loc, b.name, NULL, "'%s' has a side already, in line %d", b.name, before->loc.line);
    else if (read_side(L, &b)) {
        GROW(r->mem, r->beside, r->nbeside, r->beside_capacity);
        r->beside[r->nbeside++] = b;
    }
    lua_pop(L, 1);
}

static int make_side(lua_State *L)
{
    if (!wants_table(L, "side"))
        return 0;
    lua_getfield(L, LUA_REGISTRYINDEX, "sorted_keys");
    lua_pushvalue(L, 1);
    lua_call(L, 1, 1);
    for (lua_Integer i = 1; lua_rawgeti(L, -1, i) != LUA_TNIL; i++, lua_pop(L, 1))
        add_side(L);
    return 0;
}

/* side_lite(name, own) for mbconv: the form of the block's lite module, its own or that of a side; nil: none. */
static int side_lite(lua_State *L)
{
    struct run *r = run_of(L);
    const char *name = luaL_checkstring(L, 1);
    lua_settop(L, 2);
    sandbox_spend(L, r->nbeside);
    GROW(r->mem, r->block, r->nblock, r->block_capacity);
    r->block[r->nblock++] = (struct named_block){arena_string(r->mem, name), caller(L)};
    struct beside *side = side_of(r, name);
    if (!side || !side->lite)
        return 1;
    side->taken = lua_toboolean(L, 2);
    side->used = !side->taken;
    if (side->used)
        lua_rawgeti(L, LUA_REGISTRYINDEX, side->lite);
    return 1;
}

/* ---- sides that came to nothing ---- */

static bool in_block(const char *layer, const char *block)
{
    size_t n = strlen(block);
    return !strncmp(layer, block, n) && layer[n] == '.';
}

/* The block that a layer is in, or the name of a block itself; NULL: none. */
static const char *block_of(const struct run *r, const char *name)
{
    for (int i = 0; i < r->nblock; i++)
        if (in_block(name, r->block[i].name) || !strcmp(name, r->block[i].name))
            return r->block[i].name;
    return NULL;
}

/* Names of what could have the branch: all of them, or those in a block. */
static const char **could_have(const struct run *r, const struct beside *b, const char *block, int *count)
{
    const struct spec *s = r->spec;
    const char **names = NEW_ARRAY(r->mem, const char *, s->nlayer + r->nblock + 1);
    *count = 0;
    for (int i = 0; b->lora && i < s->nlayer; i++) {
        const struct layer *l = &s->layer[i];
        if (l->make->rank && !l->wrong && l->make->rank(l) >= b->lora && (!block || in_block(l->name, block)))
            names[(*count)++] = l->name;
    }
    for (int i = 0; b->lite && i < r->nblock; i++)
        names[(*count)++] = r->block[i].name;
    return names;
}

/* Of these, what was meant, or a few of them. */
static const char *could_hint(const struct run *r, const struct beside *b, const char *block)
{
    enum { NAMED = 4 };
    int count;
    const char **names = could_have(r, b, block, &count);
    const char *near = block ? NULL : nearest_name(b->name, names, count);
    if (b->lite && block_of(r, b->name))
        near = block_of(r, b->name);
    if (near)
        return arena_format(r->mem, "did you mean '%s'?", near);
    struct text t = text_new(r->mem);
    for (int i = 0; i < count && i < NAMED; i++)
        text_put(&t, "%s%s", i ? ", " : b->lora ? "it could stand beside " : "blocks are ", names[i]);
    if (count > NAMED)
        text_put(&t, " and %d more", count - NAMED);
    if (!count)
        text_put(&t, "%s", b->lora ? "no layer here could have one" : "no mbconv here has a lite module to be");
    return t.at;
}

static void refuse_side(const struct run *r, const struct beside *b, struct loc made, const char *kind)
{
    const char *what = b->lora ? "a low-rank branch" : "a lite module";
    if (b->taken)
        diag_error(r->diag, b->loc, b->name, NULL, "'%s' has %s of its own, in %s:%d", b->name, what, made.file,
                   made.line);
    else if (kind)
        diag_error(r->diag, b->loc, b->name, could_hint(r, b, b->lora ? block_of(r, b->name) : NULL),
                   "'%s' is a %s: %s stands "
                   "beside %s",
                   b->name, kind, what, b->lora ? "a conv or dense layer" : "an mbconv");
    else
        diag_error(r->diag, b->loc, b->name, "side stands before the include of the network",
                   "'%s' was made before this side, in %s:%d", b->name, made.file, made.line);
}

static void check_side(const struct run *r, const struct beside *b)
{
    const struct spec *s = r->spec;
    for (int i = 0; i < r->nblock; i++)
        if (!strcmp(r->block[i].name, b->name)) {
            refuse_side(r, b, r->block[i].loc, b->lora ? "block" : NULL);
            return;
        }
    for (int i = 0; i < s->nlayer; i++) {
        const struct layer *l = &s->layer[i];
        bool fits = b->lora && l->make->rank;
        if (!strcmp(l->name, b->name)) {
            refuse_side(r, b, l->loc, fits ? NULL : l->make->name);
            return;
        }
    }
    diag_error(r->diag, b->loc, b->name, could_hint(r, b, NULL), "the network has no layer or block '%s'", b->name);
}

void check_sides(struct run *r)
{
    for (int i = 0; i < r->nbeside; i++)
        if (!r->beside[i].used)
            check_side(r, &r->beside[i]);
}

void side_register(lua_State *L)
{
    static const luaL_Reg own[] = {{"lora", make_lora}, {"side", make_side}, {"side_lite", side_lite}, {NULL, NULL}};
    sandbox_register(L, own);
}
