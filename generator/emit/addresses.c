/* SPDX-License-Identifier: MIT */
/* Names for what lies in scratch: every making of a tensor has one, and so has the function that makes it. */
#include "emit/names.h"

#include <stdlib.h>
#include <string.h>

/* ---- names that the output has already ---- */

struct taken {
    struct arena *mem;
    struct {
        uint64_t hash;
        const char *name;
    } * list;
    int count, capacity;
};

struct taken *taken_new(struct arena *mem)
{
    struct taken *t = NEW(mem, struct taken);
    t->mem = mem;
    return t;
}

static uint64_t hash_of(const char *name)
{
    uint64_t h = HASH_START;
    for (; *name; name++)
        h = hash_word(h, (unsigned char)*name);
    return h;
}

static bool is_taken(const struct taken *t, const char *name)
{
    uint64_t h = hash_of(name);
    bool found = false;
    for (int i = 0; i < t->count && !found; i++)
        found = t->list[i].hash == h && !strcmp(t->list[i].name, name);
    return found;
}

const char *take_name(struct taken *t, const char *wanted)
{
    const char *name = wanted;
    for (int number = 1; is_taken(t, name); number++)
        name = number == 1 ? arena_format(t->mem, "%s_again", wanted)
                           : arena_format(t->mem, "%s_again_%d", wanted, number);
    GROW(t->mem, t->list, t->count, t->capacity);
    t->list[t->count].hash = hash_of(name);
    t->list[t->count++].name = name;
    return name;
}

/* ---- tensors of a program ---- */

struct tensors {
    const struct program *p;
    struct tensor_name {
        const struct copy *copy;
        const char *name;
    } * list, /* in the order of the program */
        *sorted;
    int count;
};

static int by_copy(const void *a, const void *b)
{
    const struct tensor_name *x = a, *y = b;
    return (x->copy > y->copy) - (x->copy < y->copy);
}

struct tensors *tensors_new(struct arena *mem, const struct program *p)
{
    struct taken *taken = taken_new(mem);
    struct tensors *t = NEW(mem, struct tensors);
    *t = (struct tensors){.p = p,
                          .list = NEW_ARRAY(mem, struct tensor_name, p->ncopy + 1),
                          .sorted = NEW_ARRAY(mem, struct tensor_name, p->ncopy + 1)};
    for (int i = 0; i < p->ncopy; i++) {
        const struct copy *c = p->copy[i];
        if (c->buffer)
            t->list[t->count++] = (struct tensor_name){
                c, take_name(taken, arena_format(mem, "AT_%s_%s", p->name, c_name(mem, c->val->name)))};
    }
    memcpy(t->sorted, t->list, sizeof *t->list * (size_t)t->count);
    qsort(t->sorted, (size_t)t->count, sizeof *t->sorted, by_copy);
    return t;
}

const char *tensor_name(const struct tensors *t, const struct copy *c)
{
    const struct tensor_name *found =
        bsearch(&(struct tensor_name){c, NULL}, t->sorted, (size_t)t->count, sizeof *t->sorted, by_copy);
    return found->name;
}

/* "int8 8 x 8 x 160, ring of 3, steps 40 .. 97" */
static const char *description(struct arena *mem, const struct copy *c)
{
    static const char *const types[] = {[F32] = "float", [U8] = "uint8",  [I8] = "int8",   [U16] = "uint16",
                                        [BITS] = "bits", [I16] = "int16", [I32] = "int32", [BF16] = "bfloat16"};
    const struct val *v = c->val;
    const struct buffer *b = c->buffer;
    struct text t = text_new(mem);
    text_put(&t, "%s ", types[v->type]);
    if (v->h == 1 && v->w == 1)
        text_put(&t, "%d", v->c);
    else
        text_put(&t, "%d x %d x %d", v->h, v->w, v->c);
    if (!b->full)
        text_put(&t, ", ring of %d", b->rows);
    text_put(&t, ", steps %d .. %d", b->first, b->last > b->first ? b->last - 1 : b->first);
    return t.at;
}

void push_tensors(lua_State *L, struct arena *mem, const struct tensors *t)
{
    lua_createtable(L, t->count, 0);
    for (int i = 0; i < t->count; i++) {
        const struct copy *c = t->list[i].copy;
        lua_createtable(L, 0, 3);
        set_text(L, "name", t->list[i].name);
        set_int(L, "offset", c->buffer->offset);
        set_text(L, "comment", description(mem, c));
        lua_seti(L, -2, i + 1);
    }
}
