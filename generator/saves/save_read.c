/* SPDX-License-Identifier: MIT */
/* A save from any bytes: they come over serial lines and out of old flash, so that nothing is believed before checksums,
 * lengths and the table agree. */
#include "saves/bytes.h"

#include <assert.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

enum { LONGEST = 1 << 30 };

struct save_reader {
    struct arena *mem;
    struct diag *d;
    struct loc at;
    const unsigned char *bytes;
    size_t length; /* of the file */
    size_t end;    /* of the save in it */
    int64_t most;  /* values that a tensor can have */
};

#define REFUSE(r, hint, ...) (diag_error((r)->d, (r)->at, NULL, hint, __VA_ARGS__), false)

#define COPY_AGAIN "copy it from the device again, as bytes"

static bool read_magic(struct save_reader *r)
{
    const unsigned char *b = r->bytes;
    if (r->length >= 4 && !memcmp(b, "TYTL", 4))
        return true;
    if (!r->length)
        return REFUSE(r, NULL, "an empty file, not a saved net");
    if (r->length >= 4 && !memcmp(b, "LTYT", 4))
        return REFUSE(r, COPY_AGAIN ": NAME_save writes the same ones on every machine",
                      "a saved net whose words have their bytes in reverse order");
    if (r->length > 8 && b[8] == '{')
        return REFUSE(r, "--from reads the values of a safetensors file", "not a saved net: a safetensors file?");
    return REFUSE(r, "a saved net is what NAME_save writes, or train --save net.bin: its first bytes are TYTL",
                  "not a saved net");
}

static bool read_format(struct save_reader *r)
{
    if (r->length < SAVE_HEAD_BYTES)
        return REFUSE(r, COPY_AGAIN, "cut short: the header of a saved net has %d bytes, the file has %llu",
                      SAVE_HEAD_BYTES, (unsigned long long)r->length);
    uint32_t format = word_at(r->bytes + AT_FORMAT);
    if (format == SAVE_FORMAT)
        return true;
    if (format == 1)
        return REFUSE(r, "only firmware of that version can load it",
                      "a saved net of version 0.1.0 (format 1), which says neither base nor tensors");
    if (format == (uint32_t)SAVE_FORMAT << 24)
        return REFUSE(r, "saves are little-endian on every machine: whoever wrote this one has to turn its words",
                      "a saved net with big-endian numbers");
    if (format < 64)
        return REFUSE(r, "a newer tinytl-gen may know it", "a saved net of format %u; this version knows %d",
                      (unsigned)format, SAVE_FORMAT);
    return REFUSE(r, COPY_AGAIN, "a damaged saved net: its format would be %08x", (unsigned)format);
}

static bool read_header(struct save_reader *r, struct save *s)
{
    const unsigned char *b = r->bytes;
    uint32_t length = word_at(b + AT_LENGTH);
    if (word_at(b + AT_HEAD_SUM) != save_checksum(b, AT_HEAD_SUM))
        return REFUSE(r, COPY_AGAIN, "a damaged saved net: the header's checksum is another");
    if (length > r->length)
        return REFUSE(r, COPY_AGAIN, "cut short: the saved net has %u bytes, the file has %llu", (unsigned)length,
                      (unsigned long long)r->length);
    if (length < SAVE_HEAD_BYTES || length % 4)
        return REFUSE(r, NULL, "a saved net cannot have %u bytes", (unsigned)length);
    if (word_at(b + AT_SUM) != save_checksum(b + SAVE_HEAD_BYTES, length - SAVE_HEAD_BYTES))
        return REFUSE(r, COPY_AGAIN, "a damaged saved net: the checksum of its values is another");
    s->length = r->end = length;
    r->most = length / 2;
    s->base = word_at(b + AT_BASE);
    s->layout = word_at(b + AT_LAYOUT);
    s->step = word_at(b + AT_STEP);
    s->samples = word_at(b + AT_SAMPLES);
    return true;
}

static bool is_name(const unsigned char *name, int length)
{
    for (int i = 0; i < length; i++)
        if (name[i] <= ' ' || name[i] > '~' || name[i] == '#')
            return false;
    return length > 0;
}

/* One entry at *at; what is wrong with it, or NULL. */
static const char *read_entry(const struct save_reader *r, struct save_tensor *t, size_t *at)
{
    const unsigned char *e = r->bytes + *at;
    if (r->end - *at < 8)
        return "does not end within the save";
    int type = e[4], rank = e[5], named = e[6];
    size_t bytes = 8 + 4 * (size_t)rank + (size_t)(named + 3) / 4 * 4;
    if (r->end - *at < bytes)
        return "does not end within the save";
    if (type > SAVED_INT32 || rank > SAVE_AXES || e[7])
        return "is of an unknown type or rank";
    if (!is_name(e + 8 + 4 * rank, named))
        return "has no name of letters";
    *t = (struct save_tensor){.type = type, .rank = rank, .count = 1, .offset = word_at(e)};
    t->name = arena_format(r->mem, "%.*s", named, (const char *)e + 8 + 4 * rank);
    for (int i = 0; i < rank; i++) {
        t->size[i] = word_at(e + 8 + 4 * i);
        if (!t->size[i] || t->count * t->size[i] > r->most)
            return "has more values than the save";
        t->count *= t->size[i];
    }
    *at += bytes;
    return NULL;
}

static bool read_entries(struct save_reader *r, struct save *s, uint32_t count, size_t *at)
{
    s->tensor = NEW_ARRAY(r->mem, struct save_tensor, count + 1);
    for (; s->count < (int)count; s->count++) {
        const char *wrong = read_entry(r, &s->tensor[s->count], at);
        if (wrong)
            return REFUSE(r, NULL, "the table of the saved net is wrong: entry %d %s", s->count, wrong);
    }
    return true;
}

/* The table and where its values stand: behind it, in its order, without gaps up to the end. */
static bool read_table(struct save_reader *r, struct save *s)
{
    uint32_t count = word_at(r->bytes + AT_COUNT);
    size_t at = SAVE_HEAD_BYTES;
    if (count > r->end / 8)
        return REFUSE(r, NULL, "a saved net of %llu bytes cannot hold %u tensors", (unsigned long long)r->end,
                      (unsigned)count);
    if (!read_entries(r, s, count, &at))
        return false;
    for (int i = 0; i < s->count; i++) {
        if ((size_t)s->tensor[i].offset != at)
            return REFUSE(r, NULL, "the table of the saved net is wrong: values of '%s' at %lld instead of %llu",
                          s->tensor[i].name, (long long)s->tensor[i].offset, (unsigned long long)at);
        at += save_tensor_bytes(&s->tensor[i]);
    }
    return at == r->end || REFUSE(r, NULL, "the saved net has %llu bytes, its tensors end at %llu",
                                  (unsigned long long)r->end, (unsigned long long)at);
}

static int by_name(const void *a, const void *b)
{
    const struct save_tensor *x = *(const struct save_tensor *const *)a, *y = *(const struct save_tensor *const *)b;
    int order = strcmp(x->name, y->name);
    return order ? order : x < y ? -1 : x > y;
}

/* Scales of gradients may bear one name: here the second is NAME#2, and so on. */
static void number_names(struct arena *mem, struct save *s)
{
    struct save_tensor **t = NEW_ARRAY(mem, struct save_tensor *, s->count + 1);
    const char *name = "";
    for (int i = 0; i < s->count; i++)
        t[i] = &s->tensor[i];
    qsort(t, (size_t)s->count, sizeof *t, by_name);
    for (int i = 0, nth = 1; i < s->count; i++) {
        nth = strcmp(name, t[i]->name) ? 1 : nth + 1;
        name = t[i]->name;
        if (nth > 1)
            t[i]->name = arena_format(mem, "%s#%d", name, nth);
    }
}

struct save *save_parse(struct arena *mem, struct diag *d, const char *path, const unsigned char *bytes, size_t length)
{
    struct save_reader r = {mem, d, {path, 0}, bytes, length, 0, 0};
    struct save *s = NEW(mem, struct save);
    s->path = path;
    if (!read_magic(&r) || !read_format(&r) || !read_header(&r, s) || !read_table(&r, s))
        return NULL;
    number_names(mem, s);
    s->bytes = arena_alloc(mem, s->length);
    memcpy(s->bytes, bytes, s->length);
    return s;
}

struct save *save_read(struct arena *mem, struct diag *d, const char *path)
{
    size_t length = 0;
    char *bytes = input_read(mem, path, true, LONGEST, &length);
    if (bytes)
        return save_parse(mem, d, path, (const unsigned char *)bytes, length);
    diag_error(d, (struct loc){path, 0}, NULL, NULL, "cannot open the saved net: %s", file_error(errno));
    return NULL;
}

struct save *save_new(struct arena *mem, struct diag *d, const char *path, const struct text *table, int count)
{
    struct save *s = NEW(mem, struct save);
    size_t at = SAVE_HEAD_BYTES, end = SAVE_HEAD_BYTES + table->length;
    unsigned char *bytes = arena_alloc(mem, end + 1);
    struct save_reader r = {mem, d, {path, 0}, bytes, end, end, INT32_MAX};
    memcpy(bytes + SAVE_HEAD_BYTES, table->at ? table->at : "", table->length);
    bool read = read_entries(&r, s, (uint32_t)count, &at);
    assert(read && at == end);
    (void)read;
    number_names(mem, s);
    s->path = path;
    s->length = end;
    for (int i = 0; i < s->count; i++)
        s->length += save_tensor_bytes(&s->tensor[i]);
    s->bytes = arena_alloc(mem, s->length);
    memcpy(s->bytes, bytes, end);
    return s;
}
