/* SPDX-License-Identifier: MIT */
/* What readers put their samples into. */
#include "data/reading.h"

#include <limits.h>

bool picked(int64_t n, int64_t count, int most)
{
    return most == 0 || count <= most || (n + 1) * most / count > n * most / count;
}

int64_t fewer(int64_t count, int most)
{
    return most && most < count ? most : count;
}

bool samples_reserve(struct reading *r, int64_t count, bool pixels)
{
    struct dataset *data = r->data;
    struct samples *x = &data->x;
    if (count >= INT_MAX || count > INT64_MAX / 8 / x->each) {
        REFUSE(r, r->ask->source, NULL, "%lld samples are too many", (long long)count);
        return false;
    }
    x->count = (int)count;
    if (pixels)
        x->pixel = arena_alloc(r->mem, (size_t)(count * x->each));
    else
        x->number = NEW_ARRAY(r->mem, float, count * x->each);
    data->labels = NEW_ARRAY(r->mem, int, count);
    data->position = NEW_ARRAY(r->mem, int, count);
    return true;
}

void sample_from(struct dataset *data, int n, const struct data_file *file, int position)
{
    if (!data->file)
        data->file = NEW_ARRAY(data->mem, const char *, data->x.count);
    data->file[n] = file->name;
    data->labels[n] = file->label;
    data->position[n] = position;
}
