/* SPDX-License-Identifier: MIT */
/* The bytes of a save: its values, and how it is written. */
#include "base/write.h"
#include "checksum.c" /* that of the output, as it is */
#include "saves/bytes.h"

#include <float.h>
#include <math.h>
#include <string.h>

uint32_t save_checksum(const unsigned char *bytes, size_t length)
{
    return crc32(0, bytes, length);
}

static int type_bytes(const struct save_tensor *t)
{
    return t->type == SAVED_BFLOAT16 ? 2 : 4;
}

size_t save_tensor_bytes(const struct save_tensor *t)
{
    return (size_t)(t->count * type_bytes(t) + 3) / 4 * 4;
}

/* ---- the table ---- */

const struct save_tensor *save_find(const struct save *s, const char *name)
{
    for (int i = 0; i < s->count; i++)
        if (!strcmp(s->tensor[i].name, name))
            return &s->tensor[i];
    return NULL;
}

const char *save_type_name(const struct save_tensor *t)
{
    static const char *const names[] = {"float32", "bfloat16", "int32"};
    return names[t->type];
}

const char *save_shape_text(struct arena *mem, const struct save_tensor *t)
{
    struct text out = text_new(mem);
    for (int i = 0; i < t->rank; i++)
        text_put(&out, "%s%u", i ? "x" : "", (unsigned)t->size[i]);
    return t->rank ? out.at : "1";
}

bool save_tensors_agree(const struct save_tensor *a, const struct save_tensor *b)
{
    bool same = !strcmp(a->name, b->name) && a->type == b->type && a->rank == b->rank;
    for (int i = 0; same && i < a->rank; i++)
        same = a->size[i] == b->size[i];
    return same;
}

enum save_role save_role(const struct save *s, const struct save_tensor *t)
{
    size_t n = strcspn(t->name, "@"); /* behind it stands the hash of a slice's channels */
    char of[256];                     /* names have less */
    if (t->type == SAVED_INT32)
        return SAVE_RANGE;
    if (!strcmp(t->name, "corrections"))
        return SAVE_MOMENT;
    if (!strncmp(t->name, "d.", 2) && save_find(s, t->name + 2))
        return SAVE_GRADIENT;
    if (n < 3 || (strncmp(t->name + n - 2, ".m", 2) && strncmp(t->name + n - 2, ".v", 2)))
        return SAVE_LEARNT;
    snprintf(of, sizeof of, "%.*s%s", (int)n - 2, t->name, t->name + n);
    return save_find(s, of) ? SAVE_MOMENT : SAVE_LEARNT;
}

/* ---- values ---- */

double save_at(const struct save *s, const struct save_tensor *t, int64_t i)
{
    const unsigned char *at = s->bytes + t->offset + i * type_bytes(t);
    uint32_t bits = t->type == SAVED_BFLOAT16 ? (uint32_t)at[0] << 16 | (uint32_t)at[1] << 24 : word_at(at);
    float value;
    memcpy(&value, &bits, sizeof value);
    return t->type == SAVED_INT32 ? (double)(int32_t)bits : (double)value;
}

void save_set(struct save *s, const struct save_tensor *t, int64_t i, double value)
{
    unsigned char *at = s->bytes + t->offset + i * type_bytes(t);
    float rounded = (float)value;
    uint32_t bits;
    if (t->type == SAVED_INT32) {
        word_put(at, (uint32_t)(int32_t)fmax(INT32_MIN, fmin(INT32_MAX, value)));
        return;
    }
    memcpy(&bits, &rounded, sizeof bits);
    if (t->type == SAVED_FLOAT32) {
        word_put(at, bits);
        return;
    }
    if (isfinite(rounded)) /* to the nearest, halves to even */
        bits += 0x7fff + (bits >> 16 & 1);
    at[0] = (unsigned char)(bits >> 16);
    at[1] = (unsigned char)(bits >> 24);
}

/* ---- making and writing ---- */

struct save *save_copy(struct arena *mem, const struct save *s)
{
    struct save *copy = NEW(mem, struct save);
    *copy = *s;
    copy->bytes = arena_alloc(mem, s->length);
    memcpy(copy->bytes, s->bytes, s->length);
    return copy;
}

void save_seal(struct save *s)
{
    unsigned char *b = s->bytes;
    memcpy(b, "TYTL", 4);
    word_put(b + AT_FORMAT, SAVE_FORMAT);
    word_put(b + AT_LENGTH, (uint32_t)s->length);
    word_put(b + AT_BASE, s->base);
    word_put(b + AT_LAYOUT, s->layout);
    word_put(b + AT_STEP, s->step);
    word_put(b + AT_SAMPLES, s->samples);
    word_put(b + AT_COUNT, (uint32_t)s->count);
    word_put(b + AT_SUM, save_checksum(b + SAVE_HEAD_BYTES, s->length - SAVE_HEAD_BYTES));
    word_put(b + AT_HEAD_SUM, save_checksum(b, AT_HEAD_SUM));
}

static bool is_save(const char *start, size_t length)
{
    return length >= 4 && !memcmp(start, "TYTL", 4);
}

bool save_write(struct diag *d, struct save *s, const char *path, bool force)
{
    struct writing w = {.d = d};
    FILE *out = write_allowed(d, force, path, is_save) ? write_also(&w, path) : NULL;
    if (!out)
        return false;
    save_seal(s);
    fwrite(s->bytes, 1, s->length, out);
    return write_end(&w);
}
