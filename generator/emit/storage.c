/* SPDX-License-Identifier: MIT */
/* What the output keeps in RAM: the fields of the net struct. */
#include "emit/names.h"

#include <string.h>

bool is_range(const struct val *v)
{
    return v->role == ROLE_STATE && v->constant;
}

/* ---- the net struct ---- */

enum { VALUES, STATES, RANGES, COUNTS, HALVES, KINDS };

static int kind_of(const struct val *v)
{
    if (v->role == ROLE_TRAINED)
        return v->type == BF16 ? HALVES : VALUES;
    if (v->role != ROLE_STATE)
        return KINDS;
    return is_range(v) ? RANGES : v->content == CONTENT_COUNTS ? COUNTS : STATES;
}

/* Words first, so that a save need not know where halves lie among them:
 *
 *     rate ready samples steps corrections | what learns, its state | ranges | classes | what learns in bfloat16
 *
 * each in the order of graph->val. */
void each_field(const struct graph *g, void (*visit)(void *, const struct val *, int64_t offset), void *user)
{
    int64_t offset = NET_FIELDS_BYTES;
    for (int kind = VALUES; kind < KINDS; kind++)
        for (int i = 0; i < g->nval; i++) {
            const struct val *v = g->val[i];
            if (kind_of(v) == kind) {
                visit(user, v, offset);
                offset += param_bytes(v);
            }
        }
}

struct field_search {
    const struct val *wanted;
    int64_t offset;
};

static void search_field(void *user, const struct val *v, int64_t offset)
{
    struct field_search *s = user;
    if (v == s->wanted)
        s->offset = offset;
}

int64_t net_offset(const struct graph *g, const struct val *v)
{
    struct field_search s = {v, -1};
    each_field(g, search_field, &s);
    return s.offset;
}

struct pushing {
    lua_State *L;
    struct arena *mem;
    int count;
};

static void push_field(void *user, const struct val *v, int64_t offset)
{
    struct pushing *p = user;
    lua_State *L = p->L;
    (void)offset;
    if (is_range(v) || v->content == CONTENT_COUNTS) /* all ranges are one field, and so are the counts */
        return;
    lua_createtable(L, 0, 6);
    set_text(L, "name", c_name(p->mem, v->name));
    set_text(L, "param", v->param->name);
    set_text(L, "type", v->type == BF16 ? "uint16_t" : "float");
    set_int(L, "count", param_bytes(v) * 8 / type_bits(v->type));
    set_int(L, "outputs", v->role == ROLE_TRAINED && param_factory_int8(p->mem, v) ? v->param->shape[0] : 0);
    set_int(L, "elements", param_elements(v));
    set_flag(L, "trained", v->role == ROLE_TRAINED);
    set_flag(L, "zero", v->role == ROLE_STATE || param_zero(v->param));
    set_flag(L, "gradient", v->role == ROLE_STATE && !strncmp(v->name, "d.", 2));
    lua_seti(L, -2, ++p->count);
}

void push_fields(lua_State *L, struct arena *mem, const struct graph *g)
{
    struct pushing p = {L, mem, 0};
    lua_newtable(L);
    each_field(g, push_field, &p);
}
