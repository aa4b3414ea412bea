/* SPDX-License-Identifier: MIT */
/* FlatBuffers, checked. */
#include "import/tflite/flat.h"

#include <string.h>

enum { LONGEST_STRING = 1 << 14 }; /* thousands of tables may share one */

static uint64_t load(const struct flat *f, size_t at, int bytes)
{
    uint64_t value = 0;
    for (int i = 0; i < bytes; i++)
        value |= (uint64_t)f->bytes[at + (size_t)i] << 8 * i;
    return value;
}

static bool inside(struct flat *f, uint64_t at, uint64_t bytes)
{
    if (at <= f->size && bytes <= f->size - at)
        return true;
    f->bad = true;
    return false;
}

/* A table that begins at `at`, its vtable and its fields lie in the file; else 0. */
static position check_table(struct flat *f, uint64_t at)
{
    if (at < 4 || !inside(f, at, 4)) {
        f->bad = true;
        return 0;
    }
    int64_t vtable = (int64_t)at - (int32_t)load(f, at, 4);
    if (vtable < 4 || !inside(f, (uint64_t)vtable, 4)) {
        f->bad = true;
        return 0;
    }
    uint64_t length = load(f, (size_t)vtable, 2), body = load(f, (size_t)vtable + 2, 2);
    if (length < 4 || length % 2 || body < 4 || !inside(f, (uint64_t)vtable, length) || !inside(f, at, body)) {
        f->bad = true;
        return 0;
    }
    return (position)at;
}

/* Where a field of `bytes` lies; 0 if it is absent. */
static position field_at(struct flat *f, position table, int field, int bytes)
{
    if (!table)
        return 0;
    size_t vtable = (size_t)((int64_t)table - (int32_t)load(f, table, 4));
    uint64_t length = load(f, vtable, 2), body = load(f, vtable + 2, 2), entry = 4 + 2 * (uint64_t)field;
    uint64_t offset = entry + 2 <= length ? load(f, vtable + entry, 2) : 0;
    if (offset && (offset < 4 || offset + (uint64_t)bytes > body)) {
        f->bad = true;
        return 0;
    }
    return offset ? table + (position)offset : 0;
}

position flat_root(struct flat *f)
{
    return f->size > UINT32_MAX || !inside(f, 0, 8) ? 0 : check_table(f, load(f, 0, 4));
}

uint64_t flat_unsigned(struct flat *f, position table, int field, int bytes, uint64_t fallback)
{
    position at = field_at(f, table, field, bytes);
    return at ? load(f, at, bytes) : fallback;
}

int64_t flat_int(struct flat *f, position table, int field, int bytes, int64_t fallback)
{
    position at = field_at(f, table, field, bytes);
    uint64_t sign = (uint64_t)1 << (8 * bytes - 1);
    return at ? (int64_t)((load(f, at, bytes) ^ sign) - sign) : fallback;
}

position flat_table(struct flat *f, position table, int field)
{
    position at = field_at(f, table, field, 4);
    return at ? check_table(f, at + load(f, at, 4)) : 0;
}

struct vector flat_vector(struct flat *f, position table, int field, int bytes)
{
    position at = field_at(f, table, field, 4);
    uint64_t start = at ? at + load(f, at, 4) : 0;
    if (!start || !inside(f, start, 4))
        return (struct vector){0, 0};
    uint64_t count = load(f, start, 4);
    if (!inside(f, start + 4, count * (uint64_t)bytes))
        return (struct vector){0, 0};
    return (struct vector){(position)start + 4, (uint32_t)count};
}

const char *flat_string(struct flat *f, position table, int field)
{
    struct vector v = flat_vector(f, table, field, 1);
    if (!v.at || !inside(f, (uint64_t)v.at + v.count, 1))
        return NULL;
    if (v.count > LONGEST_STRING || f->bytes[v.at + v.count] != 0 || memchr(f->bytes + v.at, 0, v.count)) {
        f->bad = true;
        return NULL;
    }
    return (const char *)f->bytes + v.at;
}

position flat_element(struct flat *f, struct vector v, uint32_t i)
{
    position at = v.at + 4 * i;
    return check_table(f, at + load(f, at, 4));
}

int32_t flat_int32(const struct flat *f, struct vector v, uint32_t i)
{
    return (int32_t)load(f, v.at + 4 * (size_t)i, 4);
}

int64_t flat_int64(const struct flat *f, struct vector v, uint32_t i)
{
    return (int64_t)load(f, v.at + 8 * (size_t)i, 8);
}

float flat_float(const struct flat *f, struct vector v, uint32_t i)
{
    uint32_t bits = (uint32_t)load(f, v.at + 4 * (size_t)i, 4);
    float value;
    memcpy(&value, &bits, sizeof value);
    return value;
}
