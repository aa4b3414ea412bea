/* SPDX-License-Identifier: MIT */
/* What is emitted for a --target: what its compilers can use, and portable C beside it, so that every file compiles on
 * the host, too, and gives the same bits there. */
#include "emit/names.h"

#include <string.h>

struct target {
    const char *name;
    bool vectors; /* of floats */
    bool dsp;     /* products of pairs of int16 */
    bool helium;  /* vectors of integers on a Cortex-M */
    bool avx2;    /* of many */
    bool narrow;  /* multiplies 32 bits to 32 alone */
};

static const struct target table[] = {
    {.name = "generic", .vectors = true, .dsp = true, .avx2 = true, .narrow = true},
    {.name = "cortex-m0plus", .narrow = true},
    {.name = "cortex-m4", .dsp = true},
    {.name = "cortex-m7", .dsp = true},
    {.name = "cortex-m33", .dsp = true},
    {.name = "cortex-m55", .dsp = true, .helium = true},
    {.name = "cortex-m85", .dsp = true, .helium = true},
    {.name = "rv32imc"},
    {.name = "rv64gc"},
    {.name = "xtensa"},
    {.name = "x86-64", .vectors = true},
    {.name = "x86-64-v3", .vectors = true, .avx2 = true},
    {.name = "x86-64-v4", .vectors = true, .avx2 = true},
    {.name = "aarch64", .vectors = true},
};

int target_names(const char **names)
{
    for (size_t i = 0; i < sizeof table / sizeof *table; i++)
        names[i] = table[i].name;
    return sizeof table / sizeof *table;
}

static const struct target *target_of(const char *name)
{
    const struct target *t = &table[0];
    for (size_t i = 0; i < sizeof table / sizeof *table; i++)
        if (name && !strcmp(name, table[i].name))
            t = &table[i];
    return t;
}

bool target_reads_by_input(const char *name)
{
    const struct target *t = target_of(name);
    return t->dsp && !t->helium;
}

void push_target(lua_State *L, const char *name, bool exact)
{
    const struct target *t = target_of(name);
    lua_newtable(L);
    set_text(L, "name", t->name);
    if (exact || !t->vectors)
        set_int(L, "lanes", 1);
    set_flag(L, "dsp", t->dsp);
    set_flag(L, "helium", t->helium);
    set_flag(L, "avx2", t->avx2);
    set_flag(L, "narrow", t->narrow);
}
