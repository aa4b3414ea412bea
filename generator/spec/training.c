/* SPDX-License-Identifier: MIT */
/* train { }, precision { }, budget { } of a spec. */
#include "spec/lua.h"

#include <math.h>
#include <string.h>

enum { UPDATE_LIMIT = 10000 };

/* ---- update = { "classifier.*", { "blocks.*.weight", inputs = 1/4 } } ---- */

static void add_update(lua_State *L, struct train *t)
{
    struct run *r = run_of(L);
    static const char *const names[] = {"inputs", "outputs", NULL};
    struct update u = {.inputs = 1, .outputs = 1, .loc = caller(L)};
    if (lua_istable(L, -1)) {
        int at = lua_absindex(L, -1);
        check_keys(L, at, "update", names);
        u.inputs = field_number(L, at, "inputs", 1);
        u.outputs = field_number(L, at, "outputs", 1);
        if (lua_rawgeti(L, at, 1) == LUA_TSTRING)
            u.glob = arena_string(r->mem, lua_tostring(L, -1));
        lua_pop(L, 1);
    } else if (lua_type(L, -1) == LUA_TSTRING) {
        u.glob = arena_string(r->mem, lua_tostring(L, -1));
    }
    if (!u.glob)
        diag_error(r->diag, u.loc, "update", NULL,
                   "an entry of 'update' is a pattern over parameter names, or { pattern, inputs = "
                   "1/2 }");
    else if (!(u.inputs > 0 && u.inputs <= 1 && u.outputs > 0 && u.outputs <= 1))
        diag_error(r->diag, u.loc, u.glob, NULL,
                   "update '%s': inputs and outputs are fractions greater than 0 and at most 1", u.glob);
    else if (u.inputs < 1 && u.outputs < 1)
        diag_error(r->diag, u.loc, u.glob, NULL, "update '%s': a slice is of inputs or of outputs, not both", u.glob);
    else if ((u.inputs < 1 || u.outputs < 1) && ends_with(u.glob, ".bias"))
        diag_error(r->diag, u.loc, u.glob, "as an entry of its own, without a slice, all of it learns",
                   "update '%s': a slice is of weights", u.glob);
    else {
        GROW(r->mem, t->update, t->nupdate, t->capacity);
        t->update[t->nupdate++] = u;
    }
}

/* Whether anything is in the table on the stack. */
static bool has_keys(lua_State *L)
{
    lua_pushnil(L);
    bool has = lua_next(L, -2) != 0;
    lua_pop(L, has ? 2 : 0);
    return has;
}

static void read_update(lua_State *L, struct train *t)
{
    int type = raw_field(L, 1, "update");
    if (type == LUA_TSTRING) {
        add_update(L, t);
    } else if (type == LUA_TTABLE) {
        int inputs = raw_field(L, -1, "inputs"), outputs = raw_field(L, -2, "outputs");
        if (inputs != LUA_TNIL || outputs != LUA_TNIL)
            diag_error(run_of(L)->diag, caller(L), "update",
                       "for example: update = { { \"blocks.3.pointwise1.weight\", inputs = 1/2 } }",
                       "a slice has braces of its own in 'update'");
        lua_pop(L, 2);
        if (lua_rawlen(L, -1) == 0 && inputs == LUA_TNIL && outputs == LUA_TNIL && has_keys(L))
            luaL_error(L, "'update' is a list of patterns, none of which has a name: update = { \"classifier.*\" }");
        for (lua_Integer i = 1; lua_rawgeti(L, -1, i) != LUA_TNIL; i++, lua_pop(L, 1)) {
            sandbox_spend(L, 1000);
            if (i > UPDATE_LIMIT)
                luaL_error(L, "'update' has more than %d patterns", UPDATE_LIMIT);
            add_update(L, t);
        }
        lua_pop(L, 1);
    } else if (type != LUA_TNIL) {
        diag_error(run_of(L)->diag, caller(L), "update", NULL, "'update' is a list of patterns");
    }
    lua_pop(L, 1);
}

/* In float32, too: 0.99999999 is 1 there. */
static bool below_one(double v)
{
    return v >= 0 && (float)v < 1;
}

static void read_loss(lua_State *L, struct train *t)
{
    static const char *const losses[] = {"softmax_cross_entropy", "mse", NULL};
    static const char *const names[] = {"label_smoothing", NULL};
    lua_newtable(L); /* both forms become { loss = word } */
    if (raw_field(L, 1, "loss") == LUA_TTABLE) {
        int at = lua_absindex(L, -1);
        check_keys(L, at, "loss", names);
        t->label_smoothing = field_number(L, at, "label_smoothing", 0);
        lua_rawgeti(L, at, 1);
        lua_remove(L, -2);
    }
    lua_setfield(L, -2, "loss");
    const char *word = field_word(L, lua_absindex(L, -1), "loss", losses, losses[0]);
    t->loss = word == losses[1] ? LOSS_MSE : LOSS_SOFTMAX_CROSS_ENTROPY;
    lua_pop(L, 1);
    if (!below_one(t->label_smoothing))
        diag_error(run_of(L)->diag, caller(L), "label_smoothing", NULL,
                   "'label_smoothing' must be at least 0 and below 1");
}

struct optimizer optimizer_default(void)
{
    return (struct optimizer){OPTIMIZER_SGD, 0.01, 0, 0, 0.9, 0.999, 1e-8};
}

static void read_optimizer(lua_State *L, struct train *t)
{
    struct diag *d = run_of(L)->diag;
    static const char *const kinds[] = {"sgd", "adam", NULL};
    raw_field(L, 1, "optimizer");
    int at = lua_absindex(L, -1), kind = kind_of(L, at, kinds);
    if (kind >= 0) {
        struct optimizer *o = &t->optimizer, of = optimizer_default();
        bool adam = kind == 1;
        rule_begin(L, at);
        o->kind = adam ? OPTIMIZER_ADAM : OPTIMIZER_SGD;
        o->rate = field_number(L, at, "rate", adam ? 0.001 : of.rate);
        o->momentum = field_number(L, at, "momentum", 0);
        o->weight_decay = field_number(L, at, "weight_decay", 0);
        o->beta1 = field_number(L, at, "beta1", of.beta1);
        o->beta2 = field_number(L, at, "beta2", of.beta2);
        o->eps = field_number(L, at, "eps", of.eps);
        if (!(o->rate >= 0 && below_one(o->momentum) && o->weight_decay >= 0 && below_one(o->beta1) &&
              below_one(o->beta2) && o->eps > 0)) {
            *o = of; /* what is said of rates would only follow from it */
            diag_error(d, caller(L), "optimizer", NULL,
                       "optimizer: rate and weight_decay are at least 0, eps greater than 0, momentum "
                       "and betas at least 0 and below 1 (0.99999999 is 1 in float32)");
        }
        rule_end(L);
    } else if (kind == KIND_OTHER) {
        diag_error(d, caller(L), "optimizer", "for example: optimizer = sgd { rate = 0.01 }",
                   "'optimizer' is sgd { ... } or adam { ... }");
    }
    lua_settop(L, at - 1);
}

/* Rates that cannot work: a bias of the scores overshoots from about 8 on (the curvature of cross entropy is at most
 * 1/4), and a step of adam moves each value by about the rate.  A clipped gradient may be stepped along further. */
static void warn_of_rate(struct run *r, const struct train *t)
{
    const struct optimizer *o = &t->optimizer;
    bool adam = o->kind == OPTIMIZER_ADAM;
    double step = adam ? o->rate : o->rate / (1 - o->momentum) * (t->clip > 0 && t->clip < 1 ? t->clip : 1);
    double most = adam ? 0.2 : 10;
    const char *usual = adam ? "usual rates of adam: 0.0001 to 0.01" : "usual rates: 0.001 to 1";
    if (o->rate == 0)
        diag_warn(r->diag, t->loc, "rate", usual, "with rate = 0 nothing is learnt before %s_set_rate gives another",
                  r->spec->name ? r->spec->name : "NAME");
    if (step > most)
        diag_warn(r->diag, t->loc, "rate", usual, "with rate = %g%s each step goes so far that nothing can be learnt",
                  o->rate, o->momentum > 0 ? " and this momentum" : "");
}

static int set_train(lua_State *L)
{
    struct run *r = run_of(L);
    struct train *t = &r->spec->train;
    static const char *const names[] = {"update", "loss",  "optimizer", "batch", "clip",
                                        "adopt",  "decay", "schedule",  NULL};
    static const char *const decays[] = {"all", "weights", NULL};
    if (!wants_table(L, "train"))
        return 0;
    check_keys(L, 1, "train", names);
    if (said_again(L, "train", &r->said.train))
        return 0;
    t->nupdate = 0;
    t->label_smoothing = 0;
    t->optimizer = optimizer_default();
    t->given = true;
    t->loc = caller(L);
    read_update(L, t);
    read_loss(L, t);
    read_optimizer(L, t);
    double batch = field_number(L, 1, "batch", 1);
    t->clip = field_number(L, 1, "clip", 0);
    t->adopt = field_flag(L, 1, "adopt", false);
    t->decay_weights = field_word(L, 1, "decay", decays, decays[0]) == decays[1];
    read_schedule(L, &t->schedule);
    if (batch < 1 || batch > 65536 || batch != (int)batch)
        diag_error(r->diag, t->loc, "batch", NULL, "'batch' must be a whole number from 1 to 65536");
    else
        t->batch = (int)batch;
    warn_of_rate(r, t);
    if (t->clip < 0)
        diag_error(r->diag, t->loc, "clip", NULL, "'clip' is a bound on a norm: greater than 0, or 0 for none");
    return 0;
}

static int set_precision(lua_State *L)
{
    static const char *const names[] = {"forward", "gradient", "trained", "rounding", NULL};
    static const char *const forward[] = {"float32", "int8", NULL};
    static const char *const gradient[] = {"float32", "int16", "int8", NULL};
    static const char *const trained[] = {"float32", "bfloat16", NULL};
    static const char *const rounding[] = {"nearest", "tflite", NULL};
    struct precision *p = &run_of(L)->spec->precision;
    if (!wants_table(L, "precision"))
        return 0;
    check_keys(L, 1, "precision", names);
    if (said_again(L, "precision", &run_of(L)->said.precision))
        return 0;
    p->loc = caller(L);
    const char *word = field_word(L, 1, "forward", forward, forward[0]);
    p->forward = word == forward[1] ? FORWARD_INT8 : FORWARD_FLOAT32;
    word = field_word(L, 1, "gradient", gradient, gradient[0]);
    p->gradient = word == gradient[0] ? GRADIENT_FLOAT32 : word == gradient[1] ? GRADIENT_INT16 : GRADIENT_INT8;
    word = field_word(L, 1, "trained", trained, trained[0]);
    p->trained = word == trained[1] ? TRAINED_BFLOAT16 : TRAINED_FLOAT32;
    p->tflite_rounding = field_word(L, 1, "rounding", rounding, rounding[0]) == rounding[1];
    if (p->forward == FORWARD_FLOAT32 && p->gradient != GRADIENT_FLOAT32)
        diag_error(run_of(L)->diag, p->loc, "gradient", "add forward = \"int8\"",
                   "integer gradients need an integer forward pass");
    return 0;
}

static int set_budget(lua_State *L)
{
    static const char *const names[] = {"ram", "scratch", "flash", "yield", NULL};
    struct run *r = run_of(L);
    struct budget *b = &r->spec->budget;
    int64_t *field[] = {&b->ram, &b->scratch, &b->flash, &b->yield};
    if (!wants_table(L, "budget"))
        return 0;
    check_keys(L, 1, "budget", names);
    if (said_again(L, "budget", &r->said.budget))
        return 0;
    *b = (struct budget){.loc = caller(L)};
    for (int i = 0; names[i]; i++) {
        double v = field_number(L, 1, names[i], 1);
        bool macs = field[i] == &b->yield;
        if (!is_whole(macs ? v : floor(v), 1, 1e15))
            diag_error(r->diag, b->loc, names[i],
                       macs ? "for example: budget { yield = 200000 }" : "for example: budget { ram = 96 * KiB }",
                       "'%s' is a %snumber of %s, from 1", names[i], macs ? "whole " : "",
                       macs ? "multiply-adds" : "bytes");
        else if (has_field(L, names[i]))
            *field[i] = (int64_t)v;
    }
    return 0;
}

void train_register(lua_State *L)
{
    static const luaL_Reg own[] = {
        {"train", set_train}, {"precision", set_precision}, {"budget", set_budget}, {NULL, NULL}};
    sandbox_register(L, own);
}
