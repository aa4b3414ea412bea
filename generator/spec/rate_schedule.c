/* SPDX-License-Identifier: MIT */
/* train { schedule = cosine { steps = 4000 } }: how the learning rate goes on the device, step by step. */
#include "spec/lua.h"

#include <string.h>

static int whole(lua_State *L, int at, const char *name, int least, int fallback)
{
    double v = field_number(L, at, name, fallback);
    if (v >= least && v <= 1e9 && v == (int)v)
        return (int)v;
    diag_error(run_of(L)->diag, caller(L), name, NULL, "schedule: '%s' is a whole number from %d on", name, least);
    return fallback;
}

static double part(lua_State *L, int at, const char *name, double fallback, bool zero)
{
    double v = field_number(L, at, name, fallback);
    if ((v > 0 || (zero && v == 0)) && v <= 1)
        return v;
    diag_error(run_of(L)->diag, caller(L), name, NULL, "schedule: '%s' is a part of the rate, %s 0 and up to 1", name,
               zero ? "from" : "above");
    return fallback;
}

void read_schedule(lua_State *L, struct rate_schedule *s)
{
    int type = raw_field(L, 1, "schedule"), at = lua_absindex(L, -1);
    *s = (struct rate_schedule){.kind = RATE_CONSTANT};
    if (type == LUA_TTABLE && raw_field(L, at, "kind") == LUA_TSTRING) {
        const char *kind = lua_tostring(L, -1);
        bool warms = !strcmp(kind, "warmup");
        s->warmup = whole(L, at, warms ? "steps" : "warmup", warms, 0);
        if (!strcmp(kind, "cosine")) {
            s->kind = RATE_COSINE;
            s->steps = whole(L, at, "steps", 1, 0);
            s->least = part(L, at, "least", 0, true);
        } else if (!warms) {
            s->kind = RATE_STEPS;
            s->steps = whole(L, at, "every", 1, 0);
            s->factor = part(L, at, "factor", 0.1, false);
        }
    } else if (type != LUA_TNIL && !(type == LUA_TTABLE && raw_field(L, at, "wrong") == LUA_TBOOLEAN)) {
        diag_error(run_of(L)->diag, caller(L), "schedule",
                   "for example: schedule = cosine { steps = 4000, warmup = 100 }",
                   "'schedule' is cosine { ... }, steps { ... } or warmup { ... }");
    }
    lua_settop(L, at - 1);
}
