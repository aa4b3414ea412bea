/* SPDX-License-Identifier: MIT */
/* Calls that were written as assignments: train = { ... } is Lua, too, and would be dropped without a word. */
#include "spec/lua.h"

#include <string.h>

static const char *const words[ASSIGNED_WORDS] = {"name",      "weights", "norms", "input",  "train",
                                                  "precision", "budget",  "store", "replay", "side"};

/* True of a line that begins with "word =". */
static bool assigns(const char *line, const char *word)
{
    line += strspn(line, " \t");
    if (strncmp(line, word, strlen(word)))
        return false;
    line += strlen(word);
    line += strspn(line, " \t");
    return line[0] == '=' && line[1] != '=';
}

void assigned_look(struct run *r, const char *path, const char *text)
{
    int number = 1;
    for (const char *line = text; line; number++) {
        for (int i = 0; i < ASSIGNED_WORDS; i++)
            if (!r->assigned[i].line && assigns(line, words[i]))
                r->assigned[i] = (struct loc){path, number};
        line = strchr(line, '\n');
        line += line != NULL;
    }
}

bool assigned_refused(lua_State *L)
{
    struct run *r = run_of(L);
    bool found = false;
    lua_pushglobaltable(L);
    for (int i = 0; i < ASSIGNED_WORDS; i++) {
        if (raw_field(L, -1, words[i]) != LUA_TFUNCTION) {
            struct loc at = r->assigned[i].line ? r->assigned[i] : (struct loc){r->spec->path, 0};
            const char *hint =
                arena_format(r->mem, i < ASSIGNED_NAMES ? "write %s \"...\"" : "write %s { ... }", words[i]);
            diag_error(r->diag, at, words[i], hint, "'%s' is said without '=': as an assignment it has no effect",
                       words[i]);
            found = true;
        }
        lua_pop(L, 1);
    }
    lua_pop(L, 1);
    return found;
}
