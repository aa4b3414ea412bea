#include "schedule/schedule.h"

bool vals_has(const struct vals *s, const struct val *v)
{
    for (int i = 0; i < s->count; i++)
        if (s->list[i] == v)
            return true;
    return false;
}

void vals_add(struct arena *mem, struct vals *s, struct val *v)
{
    if (vals_has(s, v))
        return;
    GROW(mem, s->list, s->count, s->capacity);
    int at = s->count++;
    for (; at > 0 && s->list[at - 1]->id > v->id; at--)
        s->list[at] = s->list[at - 1];
    s->list[at] = v;
}
