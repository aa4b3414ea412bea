/* SPDX-License-Identifier: MIT */
/* An array's elements, shape and type. */
#include "tensors/tensors.h"

#include <assert.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

/* The order of enum tensor_type. */
static const struct {
    const char *name;
    int bytes;
} types[] = {
    {"F64", 8}, {"F32", 4}, {"F16", 2}, {"BF16", 2}, {"I64", 8},
    {"I32", 4}, {"I16", 2}, {"I8", 1},  {"U8", 1},   {"BOOL", 1},
};
const char *tensor_type_name(enum tensor_type type)
{
    return types[type].name;
}

int tensor_type_bytes(enum tensor_type type)
{
    return types[type].bytes;
}

bool tensor_type_named(const char *name, enum tensor_type *type)
{
    for (size_t i = 0; i < sizeof types / sizeof *types; i++)
        if (!strcmp(name, types[i].name)) {
            *type = (enum tensor_type)i;
            return true;
        }
    return false;
}

char *tensor_shape_text(struct arena *mem, const struct tensor *t)
{
    if (t->rank == 0)
        return arena_string(mem, "scalar");
    struct text out = text_new(mem);
    for (int i = 0; i < t->rank; i++)
        text_put(&out, "%s%lld", i ? "x" : "", (long long)t->shape[i]);
    return out.at;
}

static int by_name(const void *a, const void *b)
{
    return strcmp(((const struct tensor *)a)->name, ((const struct tensor *)b)->name);
}

void tensors_sort(struct tensor *tensor, int count)
{
    if (count)
        qsort(tensor, (size_t)count, sizeof *tensor, by_name);
}

const struct tensor *tensor_find(const struct tensor_file *f, const char *name)
{
    struct tensor key = {.name = name};
    return f->count ? bsearch(&key, f->tensor, (size_t)f->count, sizeof key, by_name) : NULL;
}

static uint64_t little_endian(const unsigned char *p, int bytes)
{
    uint64_t value = 0;
    for (int i = 0; i < bytes; i++)
        value |= (uint64_t)p[i] << 8 * i;
    return value;
}

static double float_of_bits(uint32_t bits)
{
    float value;
    memcpy(&value, &bits, sizeof value);
    return (double)value;
}

static double double_of_bits(uint64_t bits)
{
    double value;
    memcpy(&value, &bits, sizeof value);
    return value;
}

/* IEEE 754 binary16: 1 sign, 5 exponent, 10 fraction bits. */
static double half_of_bits(unsigned bits)
{
    int exponent = (int)(bits >> 10 & 31), fraction = (int)(bits & 1023);
    double size;
    if (exponent == 31)
        size = fraction ? (double)NAN : (double)INFINITY;
    else if (exponent == 0)
        size = ldexp(fraction, -24);
    else
        size = ldexp(1024 + fraction, exponent - 25);
    return bits >> 15 ? -size : size;
}

double tensor_at(const struct tensor *t, int64_t i)
{
    assert(i >= 0 && i < t->count);
    int bytes = types[t->type].bytes;
    uint64_t bits = little_endian(t->data + i * bytes, bytes);
    switch (t->type) {
    case TENSOR_F64:
        return double_of_bits(bits);
    case TENSOR_F32:
        return float_of_bits((uint32_t)bits);
    case TENSOR_F16:
        return half_of_bits((unsigned)bits);
    case TENSOR_BF16: /* the upper half of a float */
        return float_of_bits((uint32_t)bits << 16);
    case TENSOR_I64:
        return (double)(int64_t)bits;
    case TENSOR_I32:
        return (int32_t)bits;
    case TENSOR_I16:
        return (int16_t)bits;
    case TENSOR_I8:
        return (int8_t)bits;
    case TENSOR_U8:
        return (double)bits;
    case TENSOR_BOOL:
        break;
    }
    return bits != 0;
}
