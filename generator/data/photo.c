/* SPDX-License-Identifier: MIT */
/* Folders of photos: one file, one sample. */
#include "data/reading.h"

/* Photos: three channels, or one. */
static bool photo_channels(const struct reading *r)
{
    int c = r->ask->in->shape.c;
    if (c == 1 || c == 3)
        return true;
    REFUSE(r, r->ask->source, NULL, "images have 1 or 3 channels, the network's input has %d", c);
    return false;
}

bool photos_read(struct reading *r, const struct data_file *file, int count)
{
    const struct shape *in = &r->ask->in->shape;
    struct samples *x = &r->data->x;
    int broken = 0;
    if (!photo_channels(r) || !samples_reserve(r, fewer(count, r->most), true))
        return false;
    for (int i = 0, n = 0; i < count; i++) {
        if (!picked(i, count, r->most))
            continue;
        const char *why = image_read(file[i].path, x->pixel + n * x->each, in->h, in->w, in->c);
        sample_from(r->data, n++, &file[i], 0);
        if (!why)
            continue;
        REFUSE(r, file[i].path, "take it out, or save it anew as PNG or JPEG", "cannot read the image: %s", why);
        if (++broken == MOST_MESSAGES)
            return false;
    }
    return broken == 0;
}
