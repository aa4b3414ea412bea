/* SPDX-License-Identifier: MIT */
/* Writes TFLite files.  A table is written before what it points to, as offsets go forward:
 *
 *     [vtable][table: where the vtable is, fields of 4 bytes]  [vectors, texts, tables]  ... */
#include "make.h"

#include <assert.h>
#include <string.h>

enum { MOST = 200, FIELDS = 12 };

struct lite_tensor {
    const char *name;
    int type, rank, shape[6], bytes, nscale, axis;
    const void *data;
    float scale[64];
    int zero[64];
};

struct lite_operator {
    int code, nin, in[6], out, noption, option[8];
};

struct tflite_net {
    struct arena *mem;
    struct lite_tensor tensor[MOST];
    struct lite_operator op[MOST];
    int ntensor, nop, codes, code[32];
    unsigned char *file;
    size_t size;
};

struct tflite_net *tflite_new(struct arena *mem)
{
    struct tflite_net *n = NEW(mem, struct tflite_net);
    n->mem = mem;
    n->file = arena_alloc(mem, 1 << 20);
    return n;
}

int tflite_tensor(struct tflite_net *n, const char *name, int type, int rank, const int *shape, const void *data,
                  int bytes)
{
    struct lite_tensor *t = &n->tensor[n->ntensor];
    *t = (struct lite_tensor){.name = name, .type = type, .rank = rank, .data = data, .bytes = bytes};
    memcpy(t->shape, shape, sizeof *shape * (size_t)rank);
    assert(n->ntensor < MOST);
    return n->ntensor++;
}

void tflite_scale(struct tflite_net *n, int tensor, int count, const float *scale, const int *zero, int axis)
{
    struct lite_tensor *t = &n->tensor[tensor];
    t->nscale = count;
    t->axis = axis;
    for (int i = 0; i < count; i++) {
        t->scale[i] = scale[i];
        t->zero[i] = zero ? zero[i] : 0;
    }
}

void tflite_operator(struct tflite_net *n, int code, int nin, const int *in, int out, int noption, const int *option)
{
    struct lite_operator *o = &n->op[n->nop++];
    *o = (struct lite_operator){.nin = nin, .out = out, .noption = noption};
    memcpy(o->in, in, sizeof *in * (size_t)nin);
    if (noption)
        memcpy(o->option, option, sizeof *option * (size_t)noption);
    for (o->code = 0; o->code < n->codes && n->code[o->code] != code; o->code++)
        ;
    if (o->code == n->codes)
        n->code[n->codes++] = code;
}

/* ---- bytes ---- */

static void put(struct tflite_net *n, size_t at, uint64_t value, int bytes)
{
    for (int i = 0; i < bytes; i++)
        n->file[at + (size_t)i] = (unsigned char)(value >> 8 * i);
}

static size_t align(struct tflite_net *n, size_t to)
{
    while (n->size % to)
        n->size++;
    return n->size;
}

/* A table of which `mask` says what fields there are; field i is then at table + 4 + 4 * i. */
static size_t table(struct tflite_net *n, int fields, unsigned mask)
{
    size_t vtable = align(n, 4), length = 4 + 2 * (size_t)fields;
    put(n, vtable, length, 2);
    put(n, vtable + 2, 4 + 4 * (size_t)fields, 2);
    for (int i = 0; i < fields; i++)
        put(n, vtable + 4 + 2 * (size_t)i, mask >> i & 1 ? 4 + 4 * (size_t)i : 0, 2);
    n->size += length;
    size_t at = align(n, 4);
    put(n, at, at - vtable, 4);
    n->size += 4 + 4 * (size_t)fields;
    return at;
}

static void set(struct tflite_net *n, size_t table_at, int field, uint64_t value)
{
    put(n, table_at + 4 + 4 * (size_t)field, value, 4);
}

static void point(struct tflite_net *n, size_t from, size_t to)
{
    put(n, from, to - from, 4);
}

static void point_field(struct tflite_net *n, size_t table_at, int field, size_t to)
{
    point(n, table_at + 4 + 4 * (size_t)field, to);
}

static size_t vector(struct tflite_net *n, const void *data, int count, int each)
{
    size_t at = each == 8 ? (align(n, 8), n->size += 4, n->size) : align(n, 4);
    put(n, at, (uint64_t)count, 4);
    n->size += 4;
    if (data)
        memcpy(n->file + n->size, data, (size_t)count * (size_t)each);
    n->size += (size_t)count * (size_t)each;
    return at;
}

static size_t string(struct tflite_net *n, const char *text)
{
    size_t at = vector(n, text, (int)strlen(text), 1);
    n->size++;
    return at;
}

/* A vector of `count` references, to be set. */
static size_t references(struct tflite_net *n, int count)
{
    return vector(n, NULL, count, 4);
}

static size_t write_quantum(struct tflite_net *n, const struct lite_tensor *t)
{
    int64_t zero[64];
    for (int i = 0; i < t->nscale; i++)
        zero[i] = t->zero[i];
    size_t at = table(n, 7, 0x4c);
    point_field(n, at, 2, vector(n, t->scale, t->nscale, 4));
    point_field(n, at, 3, vector(n, zero, t->nscale, 8));
    set(n, at, 6, (uint64_t)t->axis);
    return at;
}

static size_t write_tensor(struct tflite_net *n, int i)
{
    const struct lite_tensor *t = &n->tensor[i];
    size_t at = table(n, 5, t->nscale ? 0x1f : 0x0f);
    set(n, at, 1, (uint64_t)t->type);
    set(n, at, 2, t->data ? (uint64_t)i + 1 : 0);
    point_field(n, at, 0, vector(n, t->shape, t->rank, 4));
    point_field(n, at, 3, string(n, t->name));
    if (t->nscale)
        point_field(n, at, 4, write_quantum(n, t));
    return at;
}

static size_t write_operator(struct tflite_net *n, const struct lite_operator *o)
{
    size_t at = table(n, 5, o->noption ? 0x1f : 0x07);
    set(n, at, 0, (uint64_t)o->code);
    set(n, at, 3, 1);
    point_field(n, at, 1, vector(n, o->in, o->nin, 4));
    point_field(n, at, 2, vector(n, &o->out, 1, 4));
    if (o->noption) {
        size_t options = table(n, o->noption, (1u << o->noption) - 1);
        for (int i = 0; i < o->noption; i++)
            set(n, options, i, (uint64_t)(int64_t)o->option[i]);
        point_field(n, at, 4, options);
    }
    return at;
}

static size_t write_graph(struct tflite_net *n, int input, int noutput, const int *output)
{
    size_t at = table(n, 4, 0x0f), list = references(n, n->ntensor);
    point_field(n, at, 0, list);
    for (int i = 0; i < n->ntensor; i++)
        point(n, list + 4 + 4 * (size_t)i, write_tensor(n, i));
    point_field(n, at, 1, vector(n, &input, 1, 4));
    point_field(n, at, 2, vector(n, output, noutput, 4));
    list = references(n, n->nop);
    point_field(n, at, 3, list);
    for (int i = 0; i < n->nop; i++)
        point(n, list + 4 + 4 * (size_t)i, write_operator(n, &n->op[i]));
    return at;
}

void tflite_write(struct tflite_net *n, int input, int noutput, const int *output, const char *path)
{
    memcpy(n->file + 4, "TFL3", 4);
    n->size = 8;
    size_t model = table(n, 5, 0x1f), list;
    point(n, 0, model);
    set(n, model, 0, 3);
    point_field(n, model, 3, string(n, "tests/import"));
    list = references(n, n->codes);
    point_field(n, model, 1, list);
    for (int i = 0; i < n->codes; i++) {
        size_t code = table(n, 4, 0x09);
        set(n, code, 0, (uint64_t)n->code[i]);
        set(n, code, 3, (uint64_t)n->code[i]);
        point(n, list + 4 + 4 * (size_t)i, code);
    }
    list = references(n, 1);
    point_field(n, model, 2, list);
    point(n, list + 4, write_graph(n, input, noutput, output));
    list = references(n, n->ntensor + 1);
    point_field(n, model, 4, list);
    for (int i = 0; i <= n->ntensor; i++) {
        const struct lite_tensor *t = i ? &n->tensor[i - 1] : NULL;
        size_t buffer = table(n, 1, t && t->data ? 1 : 0);
        if (t && t->data)
            point_field(n, buffer, 0, vector(n, t->data, t->bytes, 1));
        point(n, list + 4 + 4 * (size_t)i, buffer);
    }
    align(n, 4);
    struct text t = text_new(n->mem);
    text_bytes(&t, (const char *)n->file, n->size);
    if (!file_write(path, &t))
        perror(path);
}
