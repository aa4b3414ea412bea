/* SPDX-License-Identifier: MIT */
/* A template that needs nothing of a network but names and numbers. */
#include "emit/names.h"

#include <string.h>

struct page_maker {
    struct arena *mem;
    const char *templates, *name;
    const struct bindings *values;
    char *result;
};

static struct page_maker *maker_of(lua_State *L)
{
    return *(struct page_maker **)lua_getextraspace(L);
}

static const char *page_source(lua_State *L, const char *name)
{
    const struct page_maker *m = maker_of(L);
    const char *text = m->templates ? embedded_text(m->mem, m->templates, name) : NULL;
    text = text ? text : embedded_text(m->mem, NULL, name);
    if (!text)
        luaL_error(L, "there is no template '%s'", name);
    return text;
}

static int page_source_for_lua(lua_State *L)
{
    lua_pushstring(L, page_source(L, luaL_checkstring(L, 1)));
    return 1;
}

static int make_page(lua_State *L)
{
    struct page_maker *m = maker_of(L);
    luaL_openlibs(L);
    const char *program = page_source(L, "template.lua");
    if (luaL_loadbufferx(L, program, strlen(program), "@template.lua", "t") != LUA_OK)
        lua_error(L);
    lua_call(L, 0, 1);
    lua_pushcfunction(L, page_source_for_lua);
    lua_setfield(L, -2, "source");
    lua_getfield(L, -1, "render");
    lua_pushstring(L, m->name);
    lua_pushstring(L, page_source(L, m->name));
    lua_newtable(L);
    push_bindings(L, m->values);
    lua_call(L, 3, 1);
    lua_geti(L, -1, 1);
    m->result = arena_string(m->mem, lua_tostring(L, -1));
    return 0;
}

char *emit_words(struct arena *mem, struct diag *d, const char *templates, const char *name,
                 const struct bindings *values)
{
    struct page_maker m = {mem, templates, name, values, NULL};
    lua_State *L = luaL_newstate();
    *(struct page_maker **)lua_getextraspace(L) = &m;
    lua_pushcfunction(L, make_page);
    if (lua_pcall(L, 0, 0, 0) != LUA_OK)
        diag_error(d, (struct loc){"templates", 0}, NULL, NULL, "%s", lua_tostring(L, -1));
    lua_close(L);
    return m.result;
}
