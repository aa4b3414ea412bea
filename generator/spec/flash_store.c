/* SPDX-License-Identifier: MIT */
/* store { slots = 3, slot = 8192, erase = 4096, write = 8 }: the flash in which a device keeps what it learnt. */
#include "spec/lua.h"

enum { STORE_SLOTS = 64, STORE_WRITE = 256 };

static const char example[] = "for example: store { slots = 3, slot = 8 * KiB, erase = 4 * KiB, write = 8 }";

/* One message for all that has no usual value and is not there. */
static void check_given(lua_State *L, struct diag *d)
{
    static const char *const needed[] = {"slot", "erase", "write"};
    struct text missing = text_new(d->mem);
    for (int i = 0; i < 3; i++, lua_pop(L, 1))
        if (raw_field(L, 1, needed[i]) == LUA_TNIL)
            text_put(&missing, "%s'%s'", missing.length ? ", " : "", needed[i]);
    if (missing.length)
        diag_error(d, caller(L), "store", example,
                   "store needs %s: the bytes of a slot, those erased at once and those written at once", missing.at);
}

/* A whole number from 1 on, 0 after a message; the fallback as it is. */
static int64_t whole(lua_State *L, const char *name, const char *meaning, double fallback)
{
    struct diag *d = run_of(L)->diag;
    int errors = d->errors, given = raw_field(L, 1, name);
    lua_pop(L, 1);
    double v = field_number(L, 1, name, fallback);
    if (given == LUA_TNIL || d->errors > errors)
        return given == LUA_TNIL ? (int64_t)fallback : 0;
    if (is_whole(v, 1, INT32_MAX))
        return (int64_t)v;
    diag_error(d, caller(L), name, example, "store: '%s' is %s: a whole number from 1 to 2 GiB - 1", name, meaning);
    return 0;
}

/* What flash can do: units of writing make up one of erasing, these a slot. */
static bool is_geometry(struct diag *d, const struct flash_store *s)
{
    struct arena *mem = d->mem;
    const char *next = s->erase ? arena_format(mem, "the next multiple is slot = %lld",
                                               (long long)((s->slot + s->erase - 1) / s->erase * s->erase))
                                : NULL;
    if (s->slots == 1 || s->slots > STORE_SLOTS)
        diag_error(d, s->loc, "slots", "3: while one is written, two others hold what was kept before",
                   "store: 'slots' is a number from 2 to %d", STORE_SLOTS);
    else if (s->write > STORE_WRITE || (s->write & (s->write - 1)))
        diag_error(d, s->loc, "write",
                   "what your flash writes at once: 8 or 32 on STM32, 4 on nRF, 256 on RP2040, 1 in an EEPROM",
                   "store: 'write' is a power of two up to %d", STORE_WRITE);
    else if (s->erase % s->write)
        diag_error(d, s->loc, "erase", NULL, "store: 'erase', %lld, is no multiple of 'write', %lld",
                   (long long)s->erase, (long long)s->write);
    else if (s->slot % s->erase)
        diag_error(d, s->loc, "slot", next,
                   "store: 'slot', %lld, is no multiple of 'erase', %lld: two slots would share what is erased at once",
                   (long long)s->slot, (long long)s->erase);
    else if (s->slots * s->slot > INT32_MAX)
        diag_error(d, s->loc, "slot", NULL, "store: %lld slots of %lld bytes are more than 2 GiB", (long long)s->slots,
                   (long long)s->slot);
    else
        return true;
    return false;
}

static int set_store(lua_State *L)
{
    static const char *const names[] = {"slots", "slot", "erase", "write", NULL};
    struct run *r = run_of(L);
    if (!wants_table(L, "store"))
        return 0;
    check_keys(L, 1, "store", names);
    if (said_again(L, "store", &r->said.store))
        return 0;
    struct flash_store s = {.loc = caller(L)};
    check_given(L, r->diag);
    s.slots = whole(L, "slots", "how many saves there is room for", 3);
    s.slot = whole(L, "slot", "the bytes of one of them", 0);
    s.erase = whole(L, "erase", "the bytes that are erased at once", 0);
    s.write = whole(L, "write", "the bytes that are written at once", 0);
    if (s.slots && s.slot && s.erase && s.write && is_geometry(r->diag, &s))
        r->spec->store = s;
    return 0;
}

void store_check(struct run *r)
{
    const struct spec *s = r->spec;
    if (s->store.slots && !s->train.nupdate)
        diag_error(r->diag, s->store.loc, "store", "add train { ... }, or leave store out",
                   "nothing learns, so there is nothing to keep");
}

void store_register(lua_State *L)
{
    static const luaL_Reg own[] = {{"store", set_store}, {NULL, NULL}};
    sandbox_register(L, own);
}
