/* SPDX-License-Identifier: MIT */
/* Names of the output, and fields of the tables that templates see. */
#include "emit/names.h"

#include <ctype.h>
#include <string.h>

char *c_name(struct arena *mem, const char *name)
{
    char *s = arena_format(mem, "%s%s", isdigit((unsigned char)name[0]) ? "n" : "", name);
    for (char *p = s; *p; p++)
        if (!isalnum((unsigned char)*p))
            *p = '_';
    return s;
}

char *upper_name(struct arena *mem, const char *name)
{
    char *s = c_name(mem, name);
    for (char *p = s; *p; p++)
        *p = (char)toupper((unsigned char)*p);
    return s;
}

char *wrapped(struct arena *mem, const char *list, int column, int indent)
{
    enum { WIDTH = 118 };
    struct text t = text_new(mem);
    for (const char *p = list; *p;) {
        const char *comma = strchr(p, ',');
        int n = comma ? (int)(comma - p) + 1 : (int)strlen(p);
        if (t.length && column + n > WIDTH) {
            text_put(&t, "\n%*s", indent, "");
            column = indent;
            p += *p == ' ';
            n -= p[-1] == ' ';
        }
        text_bytes(&t, p, (size_t)n);
        column += n;
        p += n;
    }
    return t.at;
}

/* ---- fields of the table on top of the stack ---- */

void set_text(lua_State *L, const char *name, const char *value)
{
    lua_pushstring(L, value);
    lua_setfield(L, -2, name);
}

void set_int(lua_State *L, const char *name, int64_t value)
{
    lua_pushinteger(L, value);
    lua_setfield(L, -2, name);
}

void set_real(lua_State *L, const char *name, double value)
{
    lua_pushnumber(L, value);
    lua_setfield(L, -2, name);
}

void set_flag(lua_State *L, const char *name, bool value)
{
    lua_pushboolean(L, value);
    lua_setfield(L, -2, name);
}

void need(lua_State *L, const char *helper)
{
    lua_getfield(L, LUA_REGISTRYINDEX, "need");
    set_flag(L, helper, true);
    lua_pop(L, 1);
}

void push_bindings(lua_State *L, const struct bindings *b)
{
    for (int i = 0; i < b->count; i++) {
        const struct binding *one = &b->list[i];
        if (one->kind == BIND_TEXT)
            set_text(L, one->name, one->text);
        else if (one->kind == BIND_REAL)
            set_real(L, one->name, one->real);
        else if (one->kind == BIND_FLAG)
            set_flag(L, one->name, one->number != 0);
        else
            set_int(L, one->name, one->number);
    }
}
