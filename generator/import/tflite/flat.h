/* SPDX-License-Identifier: MIT */
/* flat: FlatBuffers (https://flatbuffers.dev/internals), read with every step checked.
 *
 *     file    [root: u32][id: 4 bytes] ...
 *     table   [how far back its vtable is: i32] fields ...
 *     vtable  [its bytes: u16][the table's bytes: u16][position of field 0 in the table: u16] ...   0: absent
 *     vector  [count: u32] elements ...      strings end in a 0 that is not counted
 *
 * A position outside the file, or a field that does not lie in its table, sets `bad`, and reads as
 * absent. */
#ifndef FLAT_H
#define FLAT_H

#include "base/base.h"

struct flat {
    const unsigned char *bytes;
    size_t size;
    bool bad;
};

/* Position in the file; 0: absent. */
typedef uint32_t position;

struct vector {
    position at; /* of the first element */
    uint32_t count;
};

position flat_root(struct flat *f);
/* The number that a field is, or what it is by default. */
int64_t flat_int(struct flat *f, position table, int field, int bytes, int64_t fallback);
uint64_t flat_unsigned(struct flat *f, position table, int field, int bytes, uint64_t fallback);
/* What a field points to. */
position flat_table(struct flat *f, position table, int field);
struct vector flat_vector(struct flat *f, position table, int field, int bytes);
/* The text in a string field, or NULL; ends in a 0 byte. */
const char *flat_string(struct flat *f, position table, int field);
/* Element i of a vector of tables. */
position flat_element(struct flat *f, struct vector v, uint32_t i);
/* Element i of a vector of numbers. */
int32_t flat_int32(const struct flat *f, struct vector v, uint32_t i);
int64_t flat_int64(const struct flat *f, struct vector v, uint32_t i);
float flat_float(const struct flat *f, struct vector v, uint32_t i);

#endif
