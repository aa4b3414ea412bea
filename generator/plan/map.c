/* SPDX-License-Identifier: MIT */
/* The scratch memory as text:
 *
 *    offset    bytes  buffer                        steps 0 .. 41
 *         0     4608  blocks.0.depthwise            ..####......
 *
 * Full maps are '#', rings '='; only the largest buffers are shown. */
#include "plan/plan.h"

#include <stdlib.h>
#include <string.h>

enum { LEAST = 10, MOST = 120, NAME = 30, NUMBERS = 20, SHOWN = 40 };

static int by_size(const void *a, const void *b)
{
    const struct buffer *const *x = a, *const *y = b;
    if ((*x)->bytes != (*y)->bytes)
        return (*x)->bytes > (*y)->bytes ? -1 : 1;
    return (*x)->id - (*y)->id;
}

static int by_offset(const void *a, const void *b)
{
    const struct buffer *const *x = a, *const *y = b;
    if ((*x)->offset != (*y)->offset)
        return (*x)->offset < (*y)->offset ? -1 : 1;
    if ((*x)->first != (*y)->first)
        return (*x)->first - (*y)->first;
    return (*x)->id - (*y)->id;
}

static void put_bar(struct text *t, const struct program *p, const struct buffer *b, int columns)
{
    char bar[MOST + 1];
    int steps = p->steps > 0 ? p->steps : 1;
    for (int i = 0; i < columns; i++) {
        int64_t from = (int64_t)i * steps / columns, to = (int64_t)(i + 1) * steps / columns;
        if (to <= from)
            to = from + 1;
        bar[i] = b->first < to && b->last > from ? (b->full ? '#' : '=') : '.';
    }
    bar[columns] = 0;
    text_put(t, "%s", bar);
}

/* Names keep their ends, which tell them apart. */
static const char *short_name(struct arena *mem, const char *name)
{
    size_t n = strlen(name);
    return n <= NAME ? name : arena_format(mem, "..%s", name + n - (NAME - 2));
}

char *plan_map(struct arena *mem, const struct program *p, int width)
{
    struct buffer **order = NEW_ARRAY(mem, struct buffer *, p->nbuffer);
    struct text t = text_new(mem);
    int n = p->nbuffer < SHOWN ? p->nbuffer : SHOWN;
    int64_t hidden = 0;
    int columns = width - NUMBERS - NAME;
    columns = columns < LEAST ? LEAST : columns > MOST ? MOST : columns;
    for (int i = 0; i < p->nbuffer; i++)
        order[i] = p->buffer[i];
    qsort(order, (size_t)p->nbuffer, sizeof *order, by_size);
    for (int i = n; i < p->nbuffer; i++)
        if (order[i]->bytes > hidden)
            hidden = order[i]->bytes;
    qsort(order, (size_t)n, sizeof *order, by_offset);
    text_put(&t, "  offset    bytes  %-*s step 0 .. %d\n", NAME, "buffer (# map, = ring of rows)", p->steps - 1);
    for (int i = 0; i < n; i++) {
        text_put(&t, "%8lld %8lld  %-*s ", (long long)order[i]->offset, (long long)order[i]->bytes, NAME,
                 short_name(mem, order[i]->name));
        put_bar(&t, p, order[i], columns);
        text_put(&t, "\n");
    }
    if (n < p->nbuffer)
        text_put(&t, "                   and %d smaller ones of at most %lld bytes\n", p->nbuffer - n,
                 (long long)hidden);
    return t.at;
}
