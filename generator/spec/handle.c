/* SPDX-License-Identifier: MIT */
/* Layers as a spec sees them: tables { id, name, h, w, c }. */
#include "spec/lua.h"

static void push_handle(lua_State *L, const struct layer *l, int id)
{
    lua_createtable(L, 0, 6);
    lua_pushboolean(L, l->wrong);
    lua_setfield(L, -2, "wrong");
    lua_pushinteger(L, id);
    lua_setfield(L, -2, "id");
    lua_pushstring(L, l->name);
    lua_setfield(L, -2, "name");
    lua_pushinteger(L, l->out.h);
    lua_setfield(L, -2, "h");
    lua_pushinteger(L, l->out.w);
    lua_setfield(L, -2, "w");
    lua_pushinteger(L, l->out.c);
    lua_setfield(L, -2, "c");
}

int layer_push(lua_State *L, int id)
{
    push_handle(L, &run_of(L)->spec->layer[id], id);
    return 1;
}

int layer_last(lua_State *L)
{
    struct spec *s = run_of(L)->spec;
    if (!s->nlayer)
        return luaL_error(L, "a layer stands before 'input'");
    return layer_push(L, s->nlayer - 1);
}
