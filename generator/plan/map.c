/* The scratch memory as text:
 *
 *    offset    bytes  buffer                        steps 0 .. 41
 *         0     4608  blocks.0.depthwise            ..####......
 *
 * Full maps are '#', rings '='; only the largest buffers are shown. */
#include "plan/plan.h"

#include <stdlib.h>
#include <string.h>

enum { COLUMNS = 40, SHOWN = 40 };

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

static void put_bar(struct text *t, const struct program *p, const struct buffer *b)
{
    char bar[COLUMNS + 1];
    int steps = p->steps > 0 ? p->steps : 1;
    for (int i = 0; i < COLUMNS; i++) {
        int64_t from = (int64_t)i * steps / COLUMNS, to = (int64_t)(i + 1) * steps / COLUMNS;
        if (to <= from)
            to = from + 1;
        bar[i] = b->first < to && b->last > from ? (b->full ? '#' : '=') : '.';
    }
    bar[COLUMNS] = 0;
    text_put(t, "%s", bar);
}

char *plan_map(struct arena *mem, const struct program *p)
{
    struct buffer **order = NEW_ARRAY(mem, struct buffer *, p->nbuffer);
    struct text t = text_new(mem);
    int n = p->nbuffer < SHOWN ? p->nbuffer : SHOWN;
    int64_t hidden = 0;
    for (int i = 0; i < p->nbuffer; i++)
        order[i] = p->buffer[i];
    qsort(order, (size_t)p->nbuffer, sizeof *order, by_size);
    for (int i = n; i < p->nbuffer; i++)
        if (order[i]->bytes > hidden)
            hidden = order[i]->bytes;
    qsort(order, (size_t)n, sizeof *order, by_offset);
    text_put(&t, "  offset    bytes  %-30s step 0 .. %d\n", "buffer (# map, = ring of rows)", p->steps - 1);
    for (int i = 0; i < n; i++) {
        text_put(&t, "%8lld %8lld  %-30.30s ", (long long)order[i]->offset, (long long)order[i]->bytes, order[i]->name);
        put_bar(&t, p, order[i]);
        text_put(&t, "\n");
    }
    if (n < p->nbuffer)
        text_put(&t, "                   and %d smaller ones of at most %lld bytes\n", p->nbuffer - n,
                 (long long)hidden);
    return t.at;
}
