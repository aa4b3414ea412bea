/* SPDX-License-Identifier: MIT */
/* tensors: named arrays, and files of them. */
#ifndef TENSORS_H
#define TENSORS_H

#include "base/base.h"

/* Element types of a tensor file. */
enum tensor_type {
    TENSOR_F64,
    TENSOR_F32,
    TENSOR_F16,
    TENSOR_BF16,
    TENSOR_I64,
    TENSOR_I32,
    TENSOR_I16,
    TENSOR_I8,
    TENSOR_U8,
    TENSOR_BOOL
};

enum { TENSOR_RANK = 8 };

struct tensor {
    const char *name;
    enum tensor_type type;
    int rank;
    int64_t shape[TENSOR_RANK];
    int64_t count;             /* product of shape; 1 for rank 0 */
    const unsigned char *data; /* little-endian, row-major; not necessarily aligned */
};

struct tensor_file {
    const char *path;
    uint64_t hash; /* of the whole file */
    struct tensor *tensor;
    int count; /* sorted by name */
};

/* ---- safetensors.c ---- */

/* Reads a safetensors file (8-byte little-endian header length, JSON header, raw data).  Everything is
 * checked against the file's real size.  NULL after a message in d if the file is missing or wrong. */
struct tensor_file *safetensors_read(struct arena *mem, struct diag *d, const char *path);

/* The same for a file's `length` bytes in memory, which must outlive the result; `path` is only named. */
struct tensor_file *safetensors_parse(struct arena *mem, struct diag *d, const char *path, const unsigned char *bytes,
                                      size_t length);

/* Writes tensors in the given order, data packed without gaps.  False and errno on failure. */
bool safetensors_write(const char *path, const struct tensor *tensor, int count);
void safetensors_put(struct arena *mem, FILE *out, const struct tensor *tensor, int count);

/* True of a file that begins so and was written by these. */
bool safetensors_is_ours(const char *start, size_t length);

/* ---- tensor.c ---- */

const struct tensor *tensor_find(const struct tensor_file *f, const char *name);

/* Element i as a number.  F64, F32, F16 and BF16 exactly; integers exactly up to 2^53. */
double tensor_at(const struct tensor *t, int64_t i);

const char *tensor_type_name(enum tensor_type type);
bool tensor_type_named(const char *name, enum tensor_type *type);

/* By name, as a file has them. */
void tensors_sort(struct tensor *tensor, int count);

/* "64x3x3x3", "scalar" */
char *tensor_shape_text(struct arena *mem, const struct tensor *t);

/* ---- part.c ---- */

enum { TENSOR_STEPS = 8 };

/* A part of a larger tensor of o, i, kh, kw: the first outputs and inputs, the centre of the windows. */
struct tensor_box {
    int64_t whole[4], part[4];
    bool hwc; /* they lie in the order o, kh, kw, i */
    const struct tensor
        *matrix[TENSOR_STEPS]; /* between windows of k and k - 2, from the whole's on; NULL: the centre */
};

/* The part, elements as they are; as F32 if it goes through matrices. */
struct tensor *tensor_take_part(struct arena *mem, const struct tensor *t, const struct tensor_box *b);

/* The same of floats; and the reverse, after which taking gives `part` again.  False: a matrix has no inverse. */
void tensor_part_values(struct arena *mem, const float *whole, float *part, const struct tensor_box *b);
bool tensor_put_part(struct arena *mem, float *whole, const float *part, const struct tensor_box *b);

/* Bytes of one element. */
int tensor_type_bytes(enum tensor_type type);

#endif
