/* SPDX-License-Identifier: MIT */
/* train { schedule = cosine { steps = 4000 } }: how the learning rate goes on the device, step by step. */
#include "spec/lua.h"

enum { STEPS_LIMIT = 1000000000 };

static int whole(lua_State *L, int at, const char *name, int least, int fallback)
{
    double v = field_number(L, at, name, fallback);
    if (is_whole(v, least, STEPS_LIMIT))
        return (int)v;
    diag_error(run_of(L)->diag, caller(L), name, NULL, "schedule: '%s' is a whole number from %d to %d", name, least,
               STEPS_LIMIT);
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
    static const char *const kinds[] = {"cosine", "steps", "warmup", NULL};
    raw_field(L, 1, "schedule");
    int at = lua_absindex(L, -1), kind = kind_of(L, at, kinds);
    bool warms = kind == 2;
    *s = (struct rate_schedule){.kind = RATE_CONSTANT};
    if (kind >= 0) {
        rule_begin(L, at);
        s->warmup = whole(L, at, warms ? "steps" : "warmup", warms, 0);
    }
    if (kind == 0) {
        s->kind = RATE_COSINE;
        s->steps = whole(L, at, "steps", 1, 0);
        s->least = part(L, at, "least", 0, true);
    } else if (kind == 1) {
        s->kind = RATE_STEPS;
        s->steps = whole(L, at, "every", 1, 0);
        s->factor = part(L, at, "factor", 0.1, false);
    } else if (kind == KIND_OTHER) {
        diag_error(run_of(L)->diag, caller(L), "schedule",
                   "for example: schedule = cosine { steps = 4000, warmup = 100 }",
                   "'schedule' is cosine { ... }, steps { ... } or warmup { ... }");
    }
    rule_end(L);
    lua_settop(L, at - 1);
}
