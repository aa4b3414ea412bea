/* What the output stores: const arrays in flash, the fields of the net struct in RAM. */
#include "emit/names.h"

#include <string.h>

enum { LINE = 92 };

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

/* ---- numbers as C ---- */

/* The shortest decimal that reads back as the same float. */
static void put_float(struct text *t, float v)
{
    char s[32];
    for (int digits = 6; digits <= 9; digits++) {
        snprintf(s, sizeof s, "%.*g", digits, (double)v);
        float back;
        sscanf(s, "%f", &back);
        if (back == v)
            break;
    }
    text_put(t, strpbrk(s, ".e") ? "%sf" : "%s.0f", s);
}

struct lines {
    struct text text;
    size_t start; /* of the current line */
};

static void put_separator(struct lines *l, bool first)
{
    if (first)
        text_put(&l->text, "    ");
    else if (l->text.length - l->start > LINE) {
        text_put(&l->text, ",\n    ");
        l->start = l->text.length - 4;
    } else
        text_put(&l->text, ", ");
}

static char *constant_initialiser(struct arena *mem, const struct val *v)
{
    struct lines l = {text_new(mem), 0};
    for (int i = 0; i < v->c; i++) {
        put_separator(&l, i == 0);
        if (v->type == F32)
            put_float(&l.text, ((const float *)v->constant)[i]);
        else if (v->type == I32) /* -2147483648 is no int in C */
            text_put(&l.text, ((const int32_t *)v->constant)[i] == INT32_MIN ? "-2147483647 - 1" : "%d",
                     ((const int32_t *)v->constant)[i]);
        else
            text_put(&l.text, "%d", v->type == I16 ? ((const int16_t *)v->constant)[i]
                                                   : ((const int8_t *)v->constant)[i]);
    }
    return l.text.at;
}

/* Rounded to the nearest, halves to even. */
static int bfloat16_of(float v)
{
    uint32_t bits;
    memcpy(&bits, &v, sizeof bits);
    return (int)((bits + 0x7fff + (bits >> 16 & 1)) >> 16);
}

static char *initialiser(struct arena *mem, const struct val *v)
{
    if (v->constant)
        return constant_initialiser(mem, v);
    int64_t n = param_elements(v);
    struct lines l = {text_new(mem), 0};
    float *f = v->type == F32 || v->type == BF16 ? NEW_ARRAY(mem, float, n) : NULL;
    int8_t *i8 = v->type == I8 ? NEW_ARRAY(mem, int8_t, n) : NULL;
    uint16_t *u16 = v->type == U16 ? NEW_ARRAY(mem, uint16_t, n) : NULL;
    param_pack(mem, v, f, i8, u16);
    for (int64_t i = 0; i < n; i++) {
        put_separator(&l, i == 0);
        if (v->type == BF16)
            text_put(&l.text, "%d", bfloat16_of(f[i]));
        else if (f)
            put_float(&l.text, f[i]);
        else
            text_put(&l.text, "%d", i8 ? i8[i] : u16[i]);
    }
    return l.text.at;
}

/* ---- arrays ---- */

static const char *const orders[] = {
    [CONTENT_VECTOR] = "",
    [CONTENT_CONV] = "by group, row, column, input, output",
    [CONTENT_TRANSPOSED] = "by group, row, column, output, input",
    [CONTENT_DEPTHWISE] = "by row, column, channel",
    [CONTENT_SCALE] = "real = int8 * scale",
    [CONTENT_INDEX] = "channels of the slice",
    [CONTENT_PANELS] = "by group, three outputs, four inputs under the window, output, input",
    [CONTENT_TAPS] = "by row, column, channel",
};

static void push_text_array(lua_State *L, const char *name, const char *type, int64_t count, const char *text,
                            const char *comment)
{
    lua_createtable(L, 0, 5);
    set_text(L, "name", name);
    set_text(L, "type", type);
    set_int(L, "count", count);
    set_text(L, "text", text);
    set_text(L, "comment", comment);
}

static const char *array_comment(struct arena *mem, const struct val *v)
{
    const struct param *p = v->param;
    if (v->constant)
        return v->comment;
    if (p->shape[1] * p->shape[2] * p->shape[3] == 1 && v->content <= CONTENT_VECTOR)
        return p->name;
    return arena_format(mem, "%s: %d outputs, %d inputs, %dx%d; %s", p->name, p->shape[0], p->shape[1], p->shape[2],
                        p->shape[3], orders[v->content]);
}

static void push_array(lua_State *L, struct arena *mem, const struct val *v, const char *name)
{
    static const char *const types[] = {[F32] = "float",   [I8] = "int8_t",   [U16] = "uint16_t",
                                        [I16] = "int16_t", [I32] = "int32_t", [BF16] = "uint16_t"};
    int64_t count = v->constant               ? v->c
                    : v->role == ROLE_TRAINED ? param_bytes(v) * 8 / type_bits(v->type)
                                              : param_elements(v);
    push_text_array(L, name, types[v->type], count, initialiser(mem, v), array_comment(mem, v));
}

/* Factory values as int8, and behind them the scales of the outputs. */
static void push_int8_factory(lua_State *L, struct arena *mem, const struct val *v, const int8_t *q, const char *name)
{
    struct lines values = {text_new(mem), 0}, scales = {text_new(mem), 0};
    int64_t count = param_elements(v);
    int outs = v->param->shape[0];
    for (int64_t i = 0; i < count; i++) {
        put_separator(&values, i == 0);
        text_put(&values.text, "%d", q[i]);
    }
    for (int o = 0; o < outs; o++) {
        put_separator(&scales, o == 0);
        put_float(&scales.text, v->param->scale[o]);
    }
    push_text_array(L, name, "int8_t", count, values.text.at, array_comment(mem, v));
    push_text_array(L, arena_format(mem, "%s_scale", name), "float", outs, scales.text.at,
                    arena_format(mem, "%s: scale of each output", v->param->name));
}

bool is_range(const struct val *v)
{
    return v->role == ROLE_STATE && v->constant;
}

/* The first scales of all integer gradients, as one array. */
static void push_ranges(lua_State *L, struct arena *mem, const struct graph *g)
{
    struct lines l = {text_new(mem), 0};
    for (int i = 0, words = 0; i < g->nval; i++)
        for (int k = 0; is_range(g->val[i]) && k < RANGE_WORDS; k++) {
            put_separator(&l, words++ == 0);
            text_put(&l.text, "%d", ((const int32_t *)g->val[i]->constant)[k]);
        }
    push_text_array(L, "ranges_factory", "int32_t", (int64_t)g->nrange * RANGE_WORDS, l.text.at,
                    "scales of the integer gradients in the first step");
}

void push_arrays(lua_State *L, struct arena *mem, const struct graph *g, const struct plan *p)
{
    bool *stored = NEW_ARRAY(mem, bool, g->nval);
    int n = 0;
    mark_stored(stored, g, p);
    lua_newtable(L);
    for (int i = 0; i < g->nval; i++) {
        const struct val *v = g->val[i];
        bool learns = v->role == ROLE_TRAINED;
        if (!stored[i])
            continue;
        const char *name = c_name(mem, v->name);
        const int8_t *q = learns ? param_factory_int8(mem, v) : NULL;
        if (q) {
            push_int8_factory(L, mem, v, q, arena_format(mem, "%s_factory", name));
            lua_seti(L, -3, n + 2);
            lua_seti(L, -2, n + 1);
            n += 2;
            continue;
        }
        push_array(L, mem, v, learns ? arena_format(mem, "%s_factory", name) : name);
        lua_seti(L, -2, ++n);
    }
    if (g->nrange) {
        push_ranges(L, mem, g);
        lua_seti(L, -2, ++n);
    }
}

/* ---- the net struct ---- */

/* In the order of graph->val: what learns first, then its state. */
static void each_field(const struct graph *g, void (*visit)(void *, const struct val *, int64_t offset),
                       void *user)
{
    static const enum role roles[] = {ROLE_TRAINED, ROLE_STATE};
    int64_t offset = 24; /* rate, samples, steps, corrections, padding: see net.h.tpl */
    for (int r = 0; r < 2; r++)
        for (int i = 0; i < g->nval; i++)
            if (g->val[i]->role == roles[r] && !is_range(g->val[i])) { /* the ranges stand behind them */
                visit(user, g->val[i], offset);
                offset += param_bytes(g->val[i]);
            }
}

struct search {
    const struct val *wanted;
    int64_t offset;
};

static void search_field(void *user, const struct val *v, int64_t offset)
{
    struct search *s = user;
    if (v == s->wanted)
        s->offset = offset;
}

int64_t net_offset(const struct graph *g, const struct val *v)
{
    struct search s = {v, -1};
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
    lua_createtable(L, 0, 6);
    set_text(L, "name", c_name(p->mem, v->name));
    set_text(L, "param", v->param->name);
    set_text(L, "type", v->type == BF16 ? "uint16_t" : "float");
    set_int(L, "count", param_bytes(v) * 8 / type_bits(v->type));
    set_int(L, "outputs", v->role == ROLE_TRAINED && param_factory_int8(p->mem, v) ? v->param->shape[0] : 0);
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
