/* SPDX-License-Identifier: MIT */
/* save: one saved net, as docs/saved.md has it. */
#ifndef SAVE_H
#define SAVE_H

#include "base/base.h"

enum { SAVE_AXES = 8 };

/* An entry of the table. */
struct save_tensor {
    const char *name; /* of its own: NAME#2 is the second NAME of the table */
    int type;         /* SAVED_FLOAT32.. */
    int rank;
    uint32_t size[SAVE_AXES];
    int64_t count, offset; /* values; where they begin */
};

/* The bytes are the file's, without what stands behind the save; values are read and written there. */
struct save {
    const char *path;
    unsigned char *bytes;
    size_t length;
    uint32_t base, layout, step, samples;
    struct save_tensor *tensor;
    int count;
};

/* Any bytes.  NULL after a message. */
struct save *save_parse(struct arena *mem, struct diag *d, const char *path, const unsigned char *bytes, size_t length);
struct save *save_read(struct arena *mem, struct diag *d, const char *path);

/* Of a table of `count` tensors, as the room emit makes it: all values 0. */
struct save *save_new(struct arena *mem, struct diag *d, const char *path, const struct text *table, int count);
struct save *save_copy(struct arena *mem, const struct save *s);

/* NULL: there is none of that name. */
const struct save_tensor *save_find(const struct save *s, const char *name);

/* Value i; float32, bfloat16 and int32 are exact.  What is set is rounded to the nearest. */
double save_at(const struct save *s, const struct save_tensor *t, int64_t i);
void save_set(struct save *s, const struct save_tensor *t, int64_t i, double value);

/* How values count. */
enum save_role {
    SAVE_LEARNT,   /* what learns */
    SAVE_MOMENT,   /* of the optimiser, its corrections included */
    SAVE_GRADIENT, /* gathered in a batch that is under way */
    SAVE_RANGE     /* the scale of an integer gradient, or another number of the net's own */
};
enum save_role save_role(const struct save *s, const struct save_tensor *t);

const char *save_type_name(const struct save_tensor *t);

/* "1x3x3x8x16" */
const char *save_shape_text(struct arena *mem, const struct save_tensor *t);

/* Entries that say the same of themselves. */
bool save_tensors_agree(const struct save_tensor *a, const struct save_tensor *b);

/* Header and checksums are set, and the file is written.  False after a message. */
void save_seal(struct save *s);
bool save_write(struct diag *d, struct save *s, const char *path, bool force);

#endif
