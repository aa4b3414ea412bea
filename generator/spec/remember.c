/* SPDX-License-Identifier: MIT */
/* replay { at = "blocks.5", samples = 40 }: what a layer gives is remembered, and learnt from again. */
#include "spec/lua.h"

enum { SAMPLES_LIMIT = 65535 };

static int set_replay(lua_State *L)
{
    static const char *const names[] = {"at", "samples", NULL};
    struct run *r = run_of(L);
    if (!wants_table(L, "replay"))
        return 0;
    check_keys(L, 1, "replay", names);
    if (said_again(L, "replay", &r->said.replay))
        return 0;
    struct remembering m = {.loc = caller(L)};
    int at = raw_field(L, 1, "at");
    if (at == LUA_TSTRING || (at == LUA_TTABLE && raw_field(L, -1, "name") == LUA_TSTRING)) /* a layer's handle */
        m.at = arena_string(r->mem, lua_tostring(L, -1));
    lua_settop(L, 1);
    double samples = field_number(L, 1, "samples", 0);
    if (!m.at || !m.at[0])
        diag_error(r->diag, m.loc, at == LUA_TNIL ? "replay" : "at",
                   "for example: replay { at = \"blocks.5\", samples = 40 }", "replay: 'at' names a block or a layer");
    else if (samples < 1 || samples > SAMPLES_LIMIT || samples != (int)samples)
        diag_error(r->diag, m.loc, "samples", "for example: replay { at = \"blocks.5\", samples = 40 }",
                   "replay: 'samples' is how many are remembered: a whole number from 1 to %d", SAMPLES_LIMIT);
    else
        m.samples = (int)samples;
    if (m.samples)
        r->spec->replay = m;
    return 0;
}

void remember_check(struct run *r)
{
    const struct spec *s = r->spec;
    if (!s->replay.at)
        return;
    if (!s->train.nupdate)
        diag_error(r->diag, s->replay.loc, "replay", "add train { ... }, or leave replay out",
                   "nothing learns, so there is nothing to be learnt again");
    else if (s->train.loss != LOSS_SOFTMAX_CROSS_ENTROPY)
        diag_error(r->diag, s->replay.loc, "replay", "loss = \"softmax_cross_entropy\"",
                   "what is remembered is balanced by class, and loss \"mse\" has no classes");
}

void remember_register(lua_State *L)
{
    static const luaL_Reg own[] = {{"replay", set_replay}, {NULL, NULL}};
    sandbox_register(L, own);
}
