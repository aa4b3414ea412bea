/* What the output stores in flash: const arrays, as text in the C file or as bytes in a file beside it. */
#include "emit/names.h"

#include <string.h>

enum { LINE = 92 };

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

static void put_number(struct text *t, enum type type, const void *data, int64_t i)
{
    if (type == F32)
        put_float(t, ((const float *)data)[i]);
    else if (type == I32) /* -2147483648 is no int in C */
        text_put(t, ((const int32_t *)data)[i] == INT32_MIN ? "-2147483647 - 1" : "%d", ((const int32_t *)data)[i]);
    else if (type == I16)
        text_put(t, "%d", ((const int16_t *)data)[i]);
    else if (type == I8)
        text_put(t, "%d", ((const int8_t *)data)[i]);
    else
        text_put(t, "%d", ((const uint16_t *)data)[i]);
}

static char *initialiser(struct arena *mem, enum type type, const void *data, int64_t count)
{
    struct text t = text_new(mem);
    size_t start = 0; /* of the current line */
    for (int64_t i = 0; i < count; i++) {
        bool full = i > 0 && t.length - start > LINE;
        text_put(&t, i == 0 ? "    " : full ? ",\n    " : ", ");
        if (full)
            start = t.length - 4;
        put_number(&t, type, data, i);
    }
    return t.at;
}

/* The same in a file: little-endian, from a multiple of 4 on. */
static void put_bytes(struct text *t, enum type type, const void *data, int64_t count)
{
    int size = type_bits(type) / 8;
    for (int64_t i = 0; i < count; i++) {
        uint32_t word = 0;
        if (size == 4)
            memcpy(&word, (const char *)data + 4 * i, 4);
        else
            word = size == 2 ? ((const uint16_t *)data)[i] : ((const uint8_t *)data)[i];
        for (int k = 0; k < size; k++)
            text_bytes(t, &(char){(char)(word >> 8 * k)}, 1);
    }
    while (t->length % 4)
        text_bytes(t, "", 1);
}

/* ---- arrays ---- */

struct arrays {
    lua_State *L; /* the table of arrays on top */
    struct arena *mem;
    struct text *file; /* of bytes, or NULL: in the C file */
    int count;
};

static void push_array(struct arrays *a, const char *name, enum type type, const void *data, int64_t count,
                       const char *comment)
{
    static const char *const types[] = {[F32] = "float",   [I8] = "int8_t",   [U16] = "uint16_t",
                                        [I16] = "int16_t", [I32] = "int32_t", [BF16] = "uint16_t"};
    lua_State *L = a->L;
    lua_createtable(L, 0, 5);
    set_text(L, "name", name);
    set_text(L, "type", types[type]);
    set_int(L, "count", count);
    set_text(L, "comment", comment);
    if (a->file) {
        set_int(L, "offset", (int64_t)a->file->length);
        put_bytes(a->file, type, data, count);
    } else {
        set_text(L, "text", initialiser(a->mem, type, data, count));
    }
    lua_seti(L, -2, ++a->count);
}

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

/* Rounded to the nearest, halves to even. */
static uint16_t bfloat16_of(float v)
{
    uint32_t bits;
    memcpy(&bits, &v, sizeof bits);
    return (uint16_t)((bits + 0x7fff + (bits >> 16 & 1)) >> 16);
}

/* The values of a parameter in the order of v. */
static const void *values_of(struct arena *mem, const struct val *v, int64_t count)
{
    float *f = v->type == F32 || v->type == BF16 ? NEW_ARRAY(mem, float, count) : NULL;
    int8_t *i8 = v->type == I8 ? NEW_ARRAY(mem, int8_t, count) : NULL;
    uint16_t *u16 = v->type == U16 || v->type == BF16 ? NEW_ARRAY(mem, uint16_t, count) : NULL;
    param_pack(mem, v, f, i8, u16);
    for (int64_t i = 0; v->type == BF16 && i < count; i++)
        u16[i] = bfloat16_of(f[i]);
    return i8 ? (void *)i8 : u16 ? (void *)u16 : f;
}

static void push_frozen(struct arrays *a, const struct val *v)
{
    int64_t count = v->constant ? v->c : param_elements(v);
    push_array(a, c_name(a->mem, v->name), v->type, v->constant ? v->constant : values_of(a->mem, v, count), count,
               array_comment(a->mem, v));
}

/* Factory values, and behind them, if they are int8, the scales of the outputs. */
static void push_factory(struct arrays *a, const struct val *v)
{
    const char *name = arena_format(a->mem, "%s_factory", c_name(a->mem, v->name));
    const int8_t *q = param_factory_int8(a->mem, v);
    int64_t room = param_bytes(v) * 8 / type_bits(v->type); /* of the net's field: whole words */
    if (!q) {
        push_array(a, name, v->type, values_of(a->mem, v, room), room, array_comment(a->mem, v));
        return;
    }
    push_array(a, name, I8, q, param_elements(v), array_comment(a->mem, v));
    push_array(a, arena_format(a->mem, "%s_scale", name), F32, v->param->scale, v->param->shape[0],
               arena_format(a->mem, "%s: scale of each output", v->param->name));
}

/* The first scales of all integer gradients, as one array. */
static void push_ranges(struct arrays *a, const struct graph *g)
{
    int32_t *words = NEW_ARRAY(a->mem, int32_t, g->nrange * RANGE_WORDS), *to = words;
    for (int i = 0; i < g->nval; i++)
        if (is_range(g->val[i])) {
            memcpy(to, g->val[i]->constant, sizeof *to * RANGE_WORDS);
            to += RANGE_WORDS;
        }
    push_array(a, "ranges_factory", I32, words, (int64_t)g->nrange * RANGE_WORDS,
               "scales of the integer gradients in the first step");
}

void push_arrays(lua_State *L, struct arena *mem, const struct graph *g, const struct plan *p, struct text *file)
{
    struct arrays a = {L, mem, file, 0};
    bool *stored = NEW_ARRAY(mem, bool, g->nval);
    mark_stored(stored, g, p);
    lua_newtable(L);
    for (int i = 0; i < g->nval; i++)
        if (stored[i])
            (g->val[i]->role == ROLE_TRAINED ? push_factory : push_frozen)(&a, g->val[i]);
    if (g->nrange)
        push_ranges(&a, g);
}
