/* SPDX-License-Identifier: MIT */
/* The sandbox that specs run in.  A spec may be anybody's: whatever it says, the program answers soon and in little
 * memory.
 *
 *     instructions    counted by a hook; what C does for the spec is counted in the same unit (sandbox_spend)
 *     memory          counted by the allocator; no single string is long, since comparing two is one instruction
 *     time            of the processor, as a second line: a hook ends the spec, and if not even that is reached, the
 *                     program ends itself
 *
 * A limit that was reached is final: pcall gives the error on, and there are no finalizers, handlers or metatables that
 * could run behind it.  pairs() is in sorted order and random numbers are absent, so that a spec means the same
 * everywhere. */
#define _XOPEN_SOURCE 700
#include "spec/lua.h"

#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/time.h>
#include <unistd.h>

enum {
    WORK_LIMIT = 50 * 1000 * 1000,
    HOOK_EACH = 1000,
    BYTES_PER_UNIT = 64,
    STRING_LIMIT = 1 << 20,
    LIST_LIMIT = 100 * 1000,
    MISTAKE_LIMIT = 1000
};
static const size_t memory_limit = (size_t)256 << 20, arena_limit = (size_t)64 << 20;

const char *sandbox_limit(enum over over)
{
    static const char *const text[] = {
        [OVER_WORK] = "the spec has run for 50 million instructions: an endless loop?",
        [OVER_TIME] = "the spec has computed for a second: an endless loop?",
        [OVER_MEMORY] = "the spec takes more than 256 MiB of memory",
        [OVER_STRING] = "the spec takes too much memory: a text of more than 1 MiB",
        [OVER_MISTAKES] = "more than 1000 mistakes: the rest is not looked at",
    };
    return text[over];
}

/* ---- the limits ---- */

static void end_spec(lua_State *L, lua_Debug *info)
{
    struct run *r = run_of(L);
    (void)info;
    if (!r->meter.at.line)
        r->meter.at = caller(L);
    luaL_error(L, "%s", sandbox_limit(r->meter.over));
}

/* Lua has given up for lack of memory.  Its buffers do so at the first request that is refused. */
static void memory_is_over(struct meter *m)
{
    if (m->over)
        return;
    m->at = m->refused_at;
    m->over = OVER_MEMORY;
}

/* From now on every instruction of the spec is an error. */
static void go_over(struct meter *m, enum over over)
{
    if (!m->over)
        m->over = over;
    lua_sethook(m->L, end_spec, LUA_MASKCOUNT | LUA_MASKCALL | LUA_MASKRET, 1);
}

static void count_instructions(lua_State *L, lua_Debug *info)
{
    struct run *r = run_of(L);
    struct meter *m = &r->meter;
    m->work += HOOK_EACH;
    if (m->work > WORK_LIMIT) {
        go_over(m, OVER_WORK);
        end_spec(L, info);
    }
}

void sandbox_spend(lua_State *L, int64_t units)
{
    struct run *r = run_of(L);
    struct meter *m = &r->meter;
    m->work += units;
    if (arena_used(r->mem) - r->arena_before > arena_limit)
        go_over(m, OVER_MEMORY);
    if (r->diag->errors > MISTAKE_LIMIT)
        go_over(m, OVER_MISTAKES);
    if (m->work > WORK_LIMIT)
        go_over(m, OVER_WORK);
    if (m->over)
        end_spec(L, NULL);
}

static void *limited_alloc(void *user, void *old, size_t before, size_t after)
{
    struct meter *m = user;
    bool string = !old && before == LUA_TSTRING; /* of a new object, Lua tells the kind in the place of the size */
    if (!old)
        before = 0;
    if (after == 0) {
        free(old);
        m->used -= before;
        return NULL;
    }
    if (after > before) {
        bool long_string = string && after > STRING_LIMIT, full = m->used + (after - before) > memory_limit;
        if (m->L && (long_string || full)) {
            m->refused_at = caller(m->L);
            if (long_string || m->refused == after) { /* Lua collects garbage and asks again */
                m->at = m->at.line ? m->at : m->refused_at;
                go_over(m, long_string ? OVER_STRING : OVER_MEMORY);
            }
            m->refused = after;
            return NULL;
        }
        m->work += (int64_t)(after - before) / BYTES_PER_UNIT;
        if (m->L && m->work > WORK_LIMIT)
            go_over(m, OVER_WORK);
    }
    void *p = realloc(old, after);
    if (p)
        m->used += after - before;
    return p;
}

/* ---- the second line: time ---- */

static struct meter *volatile watched;

static void too_late(int signal)
{
    static const char text[] = "tinytl-gen: error: the spec takes too long to be read\n";
    (void)signal;
    if (watched && watched->over != OVER_TIME && !watched->late) {
        watched->late = true;
        go_over(watched, OVER_TIME);
        return;
    }
    if (watched) { /* not even an instruction later: inside one call, or in Lua's compiler */
        ssize_t written = write(STDERR_FILENO, text, sizeof text - 1);
        (void)written;
        _exit(EXIT_BAD_INPUT);
    }
}

static void set_timer(bool on)
{
    struct itimerval at = {{0, 0}, {0, 0}};
    if (on)
        at = (struct itimerval){.it_interval = {0, 300000}, .it_value = {1, 0}};
    setitimer(ITIMER_PROF, &at, NULL);
}

/* An error inside the prelude, or inside a function of Lua's, is told of where the spec called it. */
static int note_place(lua_State *L)
{
    run_of(L)->raised = caller(L);
    return 1;
}

int sandbox_run(lua_State *L)
{
    struct sigaction how = {.sa_handler = too_late, .sa_flags = SA_RESTART}, before;
    sigemptyset(&how.sa_mask);
    sigaction(SIGPROF, &how, &before);
    watched = &run_of(L)->meter;
    set_timer(true);
    lua_pushcfunction(L, note_place);
    lua_insert(L, 1);
    int status = lua_pcall(L, 0, 0, 1);
    lua_remove(L, 1);
    set_timer(false);
    watched = NULL;
    sigaction(SIGPROF, &before, NULL);
    struct meter *m = &run_of(L)->meter;
    if (status == LUA_ERRMEM)
        memory_is_over(m);
    if (status == LUA_OK)
        m->over = WITHIN_LIMITS; /* the last thing that it did */
    if (!m->at.file)
        m->at.file = run_of(L)->spec->path;
    return status;
}

/* ---- functions of Lua's library that count what they do ---- */

/* In front of the C function that is its first upvalue; `count` elements are what that will do. */
static int counted(lua_State *L, double count)
{
    if (count > LIST_LIMIT)
        return luaL_error(L, "a list of more than %d elements: no spec needs one", LIST_LIMIT);
    sandbox_spend(L, count > 0 ? (int64_t)count : 0);
    return lua_tocfunction(L, lua_upvalueindex(1))(L);
}

static double optional(lua_State *L, int index, double fallback)
{
    return lua_isnoneornil(L, index) ? fallback : lua_tonumber(L, index);
}

/* concat(list, between, i, j), unpack(list, i, j) */
static int concat(lua_State *L)
{
    return counted(L, optional(L, 4, (double)lua_rawlen(L, 1)) - optional(L, 3, 1));
}

static int unpack(lua_State *L)
{
    return counted(L, optional(L, 3, (double)lua_rawlen(L, 1)) - optional(L, 2, 1));
}

static int move(lua_State *L)
{
    return counted(L, optional(L, 3, 0) - optional(L, 2, 0));
}

/* insert, remove: at a place, all behind it move */
static int shift(lua_State *L)
{
    return counted(L, lua_gettop(L) > 1 ? (double)lua_rawlen(L, 1) : 1);
}

static int bytes(lua_State *L)
{
    double n = (double)lua_rawlen(L, 1), first = optional(L, 2, 1), last = optional(L, 3, first);
    last = last < 0 || last > n ? n : last;
    return counted(L, last - (first < 0 ? 0 : first));
}

/* rep("", 2^62) */
static int repeat(lua_State *L)
{
    if (lua_isstring(L, 1) && !lua_rawlen(L, 1) && (lua_isnoneornil(L, 3) || !lua_rawlen(L, 3))) {
        lua_pushliteral(L, "");
        return 1;
    }
    return counted(L, 1);
}

static int limited_pcall(lua_State *L)
{
    struct run *r = run_of(L);
    int depth = r->depth;
    luaL_checkany(L, 1);
    int status = lua_pcall(L, lua_gettop(L) - 1, LUA_MULTRET, 0);
    if (status == LUA_ERRMEM && !r->meter.over) {
        memory_is_over(&r->meter);
        go_over(&r->meter, OVER_MEMORY);
    }
    if (r->meter.over)
        return lua_error(L);
    r->depth = depth;
    lua_pushboolean(L, status == LUA_OK);
    lua_insert(L, 1);
    return lua_gettop(L);
}

/* In front of a function of the program's own. */
static int charged(lua_State *L)
{
    sandbox_spend(L, 1000);
    return lua_tocfunction(L, lua_upvalueindex(1))(L);
}

void sandbox_register(lua_State *L, const luaL_Reg *functions)
{
    for (; functions->name; functions++) {
        lua_pushcfunction(L, functions->func);
        lua_pushcclosure(L, charged, 1);
        lua_setfield(L, -2, functions->name);
    }
}

/* For sandbox.lua. */
static int charge(lua_State *L)
{
    sandbox_spend(L, luaL_checkinteger(L, 1));
    return 0;
}

static int raise_there(lua_State *L)
{
    struct loc at = caller(L);
    return luaL_error(L, "%s:%d: %s", at.file, at.line, luaL_checkstring(L, 1));
}

/* ---- what there is ---- */

/* Of the table on the stack. */
static void wrap(lua_State *L, const char *name, lua_CFunction with)
{
    lua_getfield(L, -1, name);
    lua_pushcclosure(L, with, 1);
    lua_setfield(L, -2, name);
}

static void take_away(lua_State *L, const char *const *names)
{
    for (int i = 0; names[i]; i++) {
        lua_pushnil(L);
        lua_setfield(L, -2, names[i]);
    }
}

static const char *const forbidden[] = {"dofile", "load",         "loadfile",     "require", "collectgarbage",
                                        "rawset", "rawget",       "rawequal",     "rawlen",  "print",
                                        "xpcall", "setmetatable", "getmetatable", "warn",    NULL};

bool sandbox_forbids(const char *name)
{
    static const char *const others[] = {"io", "os", "debug", "package", "coroutine", "utf8", NULL};
    bool found = false;
    for (int i = 0; forbidden[i]; i++)
        found = found || !strcmp(name, forbidden[i]);
    for (int i = 0; others[i]; i++)
        found = found || !strcmp(name, others[i]);
    return found;
}

void sandbox_open(lua_State *L)
{
    static const char *const chance[] = {"random", "randomseed", NULL}; /* a spec is a function of its text */
    static const char *const binary[] = {"dump", "pack", "unpack", "packsize", NULL};
    luaL_requiref(L, "math", luaopen_math, 1);
    take_away(L, chance);
    luaL_requiref(L, "table", luaopen_table, 1);
    wrap(L, "concat", concat);
    wrap(L, "unpack", unpack);
    wrap(L, "move", move);
    wrap(L, "insert", shift);
    wrap(L, "remove", shift);
    luaL_requiref(L, "string", luaopen_string, 1);
    take_away(L, binary);
    wrap(L, "byte", bytes);
    wrap(L, "rep", repeat);
    luaL_requiref(L, "_G", luaopen_base, 1);
    take_away(L, forbidden);
    lua_pushcfunction(L, limited_pcall);
    lua_setfield(L, -2, "pcall");
    lua_pop(L, 4);
    const char *text = embedded_text(run_of(L)->mem, NULL, "sandbox.lua");
    if (luaL_loadbufferx(L, text, strlen(text), "=prelude", "t") != LUA_OK)
        lua_error(L);
    lua_pushcfunction(L, charge);
    lua_pushcfunction(L, raise_there);
    lua_call(L, 2, 0);
}

lua_State *sandbox_new(struct run *r)
{
    lua_State *L = lua_newstate(limited_alloc, &r->meter);
    if (!L)
        return NULL;
    *(struct run **)lua_getextraspace(L) = r;
    r->meter.L = L;
    r->arena_before = arena_used(r->mem);
    lua_sethook(L, count_instructions, LUA_MASKCOUNT, HOOK_EACH);
    return L;
}

void sandbox_close(lua_State *L)
{
    run_of(L)->meter.L = NULL;
    lua_close(L);
}
