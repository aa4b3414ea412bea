/* SPDX-License-Identifier: MIT */
/* A template that is no C: a page with its style and its program, around data. */
#include "emit/names.h"

#include <stdlib.h>
#include <string.h>

struct page {
    struct arena *mem;
    const char *kind, *name, *data, *text;
};

static struct page *page_of(lua_State *L)
{
    return *(struct page **)lua_getextraspace(L);
}

static int source_for_page(lua_State *L)
{
    const char *text = embedded_text(page_of(L)->mem, NULL, luaL_checkstring(L, 1));
    if (!text)
        luaL_error(L, "there is no template '%s'", lua_tostring(L, 1));
    lua_pushstring(L, text);
    return 1;
}

static int run_page(lua_State *L)
{
    struct page *p = page_of(L);
    const char *engine = embedded_text(p->mem, NULL, "template.lua");
    luaL_openlibs(L);
    if (luaL_loadbufferx(L, engine, strlen(engine), "@template.lua", "t") != LUA_OK)
        lua_error(L);
    lua_call(L, 0, 1);
    lua_pushcfunction(L, source_for_page);
    lua_setfield(L, -2, "source");
    lua_getfield(L, -1, "render");
    lua_pushstring(L, "page.html.tpl");
    lua_pushstring(L, embedded_text(p->mem, NULL, "page.html.tpl"));
    lua_newtable(L);
    set_text(L, "kind", p->kind);
    set_text(L, "name", p->name);
    set_text(L, "data", p->data);
    set_text(L, "version", TINYTL_VERSION);
    lua_call(L, 3, 1);
    lua_geti(L, -1, 1);
    p->text = arena_string(p->mem, lua_tostring(L, -1));
    return 0;
}

/* In HTML nothing ends a script but "</", and JSON may write any character as its number. */
static const char *inside_script(struct arena *mem, const char *json)
{
    struct text t = text_new(mem);
    for (const char *at; (at = strchr(json, '<')); json = at + 1) {
        text_bytes(&t, json, (size_t)(at - json));
        text_put(&t, "\\u003c");
    }
    text_put(&t, "%s", json);
    return t.at;
}

const char *emit_page(struct arena *mem, const char *kind, const char *name, const char *json)
{
    struct page p = {.mem = mem, .kind = kind, .name = name, .data = inside_script(mem, json)};
    lua_State *L = luaL_newstate();
    if (!L)
        abort();
    *(struct page **)lua_getextraspace(L) = &p;
    lua_pushcfunction(L, run_page);
    if (lua_pcall(L, 0, 0, 0) != LUA_OK) { /* a mistake in a template */
        fprintf(stderr, "%s\n", lua_tostring(L, -1));
        abort();
    }
    lua_close(L);
    return p.text;
}
