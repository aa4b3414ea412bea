/* SPDX-License-Identifier: MIT */
/* What the output stores in flash: const arrays, as text in the C file or as bytes in a file beside it. */
#include "emit/names.h"

#include <stdlib.h>
#include <string.h>

enum { LINE = 92 };

/* An array of the output.  Its values are millions in all: they are made when it is written. */
struct array {
    enum type type;
    int64_t count;
    const void *data; /* NULL: the values of val, in its order */
    const struct val *val;
};

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

static const void *data_of(struct arena *mem, const struct array *a)
{
    if (a->data)
        return a->data;
    return a->type == a->val->type ? values_of(mem, a->val, a->count) : param_factory_int8(mem, a->val);
}

/* ---- numbers as C ---- */

static bool reads_back(const char *s, float v)
{
    return strtof(s, NULL) == v;
}

/* The shortest decimal that reads back as the same float, 6 digits at least.  Where 7 do not, 6 do not either: so it
 * is for all floats but, perhaps, powers of two, and these were tried. */
static void put_float(struct text *t, float v)
{
    char s[32];
    int digits = 7;
    snprintf(s, sizeof s, "%.7g", (double)v);
    if (reads_back(s, v)) {
        char shorter[32];
        snprintf(shorter, sizeof shorter, "%.6g", (double)v);
        if (reads_back(shorter, v))
            memcpy(s, shorter, sizeof s);
    } else {
        while (digits < 9 && !reads_back(s, v))
            snprintf(s, sizeof s, "%.*g", ++digits, (double)v);
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

/* Writes what stands in t, which is empty again. */
static void flush(struct text *t, FILE *out)
{
    fwrite(t->at, 1, t->length, out);
    t->length = 0;
}

/* Its initialiser, line by line. */
void array_text(FILE *out, const void *array)
{
    const struct array *a = array;
    struct arena *mem = arena_new();
    const void *data = data_of(mem, a);
    struct text line = text_new(mem);
    text_put(&line, "    ");
    for (int64_t i = 0; i < a->count && !ferror(out); i++) {
        if (i > 0 && line.length > LINE) {
            text_put(&line, ",\n");
            flush(&line, out);
            text_put(&line, "    ");
        } else if (i > 0) {
            text_put(&line, ", ");
        }
        put_number(&line, a->type, data, i);
    }
    flush(&line, out);
    arena_free(mem);
}

/* The same in a file: little-endian, from a multiple of 4 on. */
static void array_bytes(FILE *out, const void *array)
{
    const struct array *a = array;
    struct arena *mem = arena_new();
    const void *data = data_of(mem, a);
    int size = type_bits(a->type) / 8;
    for (int64_t i = 0; i < a->count && !ferror(out); i++) {
        uint32_t word = 0;
        if (size == 4)
            memcpy(&word, (const char *)data + 4 * i, 4);
        else
            word = size == 2 ? ((const uint16_t *)data)[i] : ((const uint8_t *)data)[i];
        for (int k = 0; k < size; k++)
            putc((int)(word >> 8 * k & 0xff), out);
    }
    for (int64_t at = a->count * size; at % 4; at++)
        putc(0, out);
    arena_free(mem);
}

/* ---- arrays ---- */

struct arrays {
    lua_State *L; /* the table of arrays on top */
    struct arena *mem;
    struct text *file; /* of bytes, or NULL: in the C file */
    int64_t bytes;     /* of the file */
    int count;
};

/* "blocks.5.depthwise" of its bias, its weight and what was made of them. */
static const char *layer_of(struct arena *mem, const struct val *v)
{
    const char *name = v ? v->param ? v->param->name : v->name : "";
    const char *dot = strrchr(name, '.');
    return dot ? arena_format(mem, "%.*s", (int)(dot - name), name) : name;
}

static void push_array(struct arrays *a, const char *name, const char *comment, struct array what)
{
    static const char *const types[] = {[F32] = "float",   [I8] = "int8_t",   [U16] = "uint16_t",
                                        [I16] = "int16_t", [I32] = "int32_t", [BF16] = "uint16_t"};
    lua_State *L = a->L;
    struct array *array = NEW(a->mem, struct array);
    *array = what;
    lua_createtable(L, 0, 6);
    set_text(L, "name", name);
    set_text(L, "layer", layer_of(a->mem, what.val));
    set_text(L, "type", types[what.type]);
    set_int(L, "count", what.count);
    set_text(L, "comment", comment);
    if (a->file) {
        set_int(L, "offset", a->bytes);
        a->bytes += (what.count * type_bits(what.type) / 8 + 3) / 4 * 4;
        text_later(a->file, array_bytes, array);
    } else {
        lua_pushlightuserdata(L, array);
        lua_setfield(L, -2, "text");
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
    [CONTENT_BY_INPUT] = "by two inputs, four outputs, input, output",
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

static void push_frozen(struct arrays *a, const struct val *v)
{
    push_array(a, c_name(a->mem, v->name), array_comment(a->mem, v),
               (struct array){v->type, v->constant ? v->c : param_elements(v), v->constant, v});
}

static bool has_int8_factory(const struct val *v)
{
    struct arena *mem = arena_new();
    bool is = param_factory_int8(mem, v) != NULL;
    arena_free(mem);
    return is;
}

/* Factory values, and behind them, if they are int8, the scales of the outputs. */
static void push_factory(struct arrays *a, const struct val *v)
{
    const char *name = arena_format(a->mem, "%s_factory", c_name(a->mem, v->name));
    int64_t room = param_bytes(v) * 8 / type_bits(v->type); /* of the net's field: whole words */
    if (!has_int8_factory(v)) {
        push_array(a, name, array_comment(a->mem, v), (struct array){v->type, room, NULL, v});
        return;
    }
    push_array(a, name, array_comment(a->mem, v), (struct array){I8, param_elements(v), NULL, v});
    push_array(a, arena_format(a->mem, "%s_scale", name),
               arena_format(a->mem, "%s: scale of each output", v->param->name),
               (struct array){F32, v->param->shape[0], v->param->scale, v});
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
    push_array(a, "ranges_factory", "scales of the integer gradients in the first step",
               (struct array){I32, (int64_t)g->nrange * RANGE_WORDS, words, NULL});
}

int64_t push_arrays(lua_State *L, struct arena *mem, const struct graph *g, const struct plan *p, struct text *file)
{
    struct arrays a = {L, mem, file, 0, 0};
    bool *stored = NEW_ARRAY(mem, bool, g->nval);
    mark_stored(stored, g, p);
    lua_newtable(L);
    for (int i = 0; i < g->nval; i++)
        if (stored[i])
            (g->val[i]->role == ROLE_TRAINED ? push_factory : push_frozen)(&a, g->val[i]);
    if (g->nrange)
        push_ranges(&a, g);
    return a.bytes;
}
