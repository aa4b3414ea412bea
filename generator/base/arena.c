/* SPDX-License-Identifier: MIT */
/* Arenas: blocks that only grow.  The one place of the generator that frees memory. */
#include "base/base.h"

#include <stdlib.h>
#include <string.h>

enum { BLOCK = 1 << 16, ALIGNMENT = 16 };

struct chunk {
    struct chunk *next;
    size_t used, size;
    _Alignas(ALIGNMENT) unsigned char bytes[];
};

struct arena {
    struct chunk *top;
    size_t total; /* bytes of all blocks */
};

static struct chunk *block_new(size_t size, struct chunk *next)
{
    struct chunk *b = size <= SIZE_MAX - sizeof *b ? calloc(1, sizeof *b + size) : NULL;
    if (!b) {
        fputs("tinytl-gen: out of memory\n", stderr);
        exit(EXIT_IO);
    }
    b->next = next;
    b->size = size;
    return b;
}

struct arena *arena_new(void)
{
    struct arena *a = calloc(1, sizeof *a);
    if (!a) {
        fputs("tinytl-gen: out of memory\n", stderr);
        exit(EXIT_IO);
    }
    a->top = block_new(BLOCK, NULL);
    return a;
}

void arena_free(struct arena *a)
{
    for (struct chunk *b = a->top, *next; b; b = next) {
        next = b->next;
        free(b);
    }
    free(a);
}

size_t arena_used(const struct arena *a)
{
    return a->total;
}

void *arena_alloc(struct arena *a, size_t size)
{
    if (size > SIZE_MAX / 2)
        size = SIZE_MAX / 2; /* block_new says that there is not so much */
    size = (size + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT;
    struct chunk *b = a->top;
    if (size > BLOCK / 4) { /* a block of its own, behind the one being filled */
        b->next = block_new(size, b->next);
        a->total += size;
        return b->next->bytes;
    }
    if (b->used + size > b->size) {
        b = a->top = block_new(BLOCK, b);
        a->total += BLOCK;
    }
    void *p = b->bytes + b->used;
    b->used += size;
    return p;
}

void *arena_grow(struct arena *a, const void *list, size_t each, int count, int *capacity)
{
    *capacity = *capacity ? 2 * *capacity : 16;
    void *bigger = arena_alloc(a, each * (size_t)*capacity);
    if (count)
        memcpy(bigger, list, each * (size_t)count);
    return bigger;
}

char *arena_string(struct arena *a, const char *text)
{
    size_t size = strlen(text) + 1;
    return memcpy(arena_alloc(a, size), text, size);
}

char *arena_format_list(struct arena *a, const char *format, va_list args)
{
    va_list again;
    va_copy(again, args);
    int length = vsnprintf(NULL, 0, format, again);
    va_end(again);
    char *s = arena_alloc(a, (size_t)(length < 0 ? 0 : length) + 1);
    if (length >= 0)
        vsnprintf(s, (size_t)length + 1, format, args);
    return s;
}

char *arena_format(struct arena *a, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    char *s = arena_format_list(a, format, args);
    va_end(args);
    return s;
}
