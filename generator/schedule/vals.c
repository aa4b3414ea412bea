/* SPDX-License-Identifier: MIT */
/* Sets of tensors, as lists in the order of their ids. */
#include "schedule/schedule.h"

/* Where v is in the list, or belongs. */
static int place_of(const struct vals *s, const struct val *v)
{
    int low = 0, high = s->count;
    while (low < high) {
        int middle = (low + high) / 2;
        if (s->list[middle]->id < v->id)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

bool vals_has(const struct vals *s, const struct val *v)
{
    int at = place_of(s, v);
    return at < s->count && s->list[at] == v;
}

void vals_add(struct arena *mem, struct vals *s, struct val *v)
{
    int place = place_of(s, v);
    if (place < s->count && s->list[place] == v)
        return;
    GROW(mem, s->list, s->count, s->capacity);
    for (int at = s->count++; at > place; at--)
        s->list[at] = s->list[at - 1];
    s->list[place] = v;
}
