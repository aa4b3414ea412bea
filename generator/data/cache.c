/* SPDX-License-Identifier: MIT */
/* A data set is decoded once: what was read is kept in a folder, as the file of decoded.h, and whoever asks the same of the
 * same files again maps that file. */
#include "data/reading.h"

#include <dirent.h>
#include <fcntl.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

/* ---- which file ---- */

static uint64_t add_number(uint64_t hash, double v)
{
    return hash_bytes(hash, &v, sizeof v);
}

static uint64_t add_text(uint64_t hash, const char *text)
{
    return text ? hash_bytes(hash, text, strlen(text) + 1) : add_number(hash, 0);
}

/* What tells a file, or all in a folder, from an earlier state: names, sizes, times.  A sum, since folders have no order. */
static uint64_t stamp_of(struct arena *mem, const char *path, int depth)
{
    struct stat s;
    if (stat(path, &s))
        return 0;
    uint64_t stamp = add_number(add_text(HASH_START, path), (double)s.st_size);
    stamp = add_number(add_number(stamp, (double)s.st_mtim.tv_sec), (double)s.st_mtim.tv_nsec);
    DIR *folder = S_ISDIR(s.st_mode) && depth > 0 ? opendir(path) : NULL;
    struct dirent *e;
    while (folder && (e = readdir(folder)) != NULL)
        if (e->d_name[0] != '.')
            stamp += stamp_of(mem, arena_format(mem, "%s/%s", path, e->d_name), depth - 1);
    if (folder)
        closedir(folder);
    return stamp;
}

/* Of what a source names: a folder, an array, or two arrays. */
static uint64_t stamp_of_source(struct arena *mem, const char *source)
{
    const char *comma = comma_in(source);
    if (!comma)
        return stamp_of(mem, source, 2);
    return stamp_of(mem, arena_format(mem, "%.*s", (int)(comma - source), source), 0) + stamp_of(mem, comma + 1, 0);
}

/* All that decides what the file holds. */
static uint64_t key_of(struct arena *mem, const struct data_request *ask)
{
    const struct input *in = ask->in;
    const double number[] = {in->shape.h,    in->shape.w,    in->shape.c,    in->type,       in->scale,
                             in->zero_point, ask->outputs.h, ask->outputs.w, ask->outputs.c, ask->learnt,
                             ask->hop,       ask->task,      DECODED_VERSION};
    uint64_t key = add_text(add_text(HASH_START, ask->source), ask->group);
    for (size_t i = 0; i < sizeof number / sizeof *number; i++)
        key = add_number(key, number[i]);
    for (int c = 0; in->mean && c < in->shape.c; c++)
        key = add_number(add_number(key, in->mean[c]), in->factor[c]);
    uint64_t stamp = stamp_of_source(mem, ask->source) + (ask->group ? stamp_of(mem, ask->group, 0) : 0);
    return hash_bytes(key, &stamp, sizeof stamp);
}

/* ---- from the file ---- */

/* The whole file, read only, for as long as the process lives; NULL if it is not there or not whole. */
static const struct decoded *map_file(const char *path)
{
    int file = open(path, O_RDONLY);
    struct stat s;
    void *map = MAP_FAILED;
    if (file >= 0 && !fstat(file, &s) && s.st_size > 0)
        map = mmap(NULL, (size_t)s.st_size, PROT_READ, MAP_PRIVATE, file, 0);
    if (file >= 0)
        close(file);
    if (map == MAP_FAILED || decoded_is_whole(map, (size_t)s.st_size))
        return map == MAP_FAILED ? NULL : map;
    munmap(map, (size_t)s.st_size);
    return NULL;
}

static const void *part_of(const struct decoded *d, uint64_t offset)
{
    return (const unsigned char *)d + offset;
}

/* What the network takes, so that sample_put gives it back as it is: uint8 as pixels, the rest as numbers. */
static void take_samples(struct dataset *data, const struct decoded *d)
{
    struct samples *x = &data->x;
    int64_t count = x->count * x->each;
    x->real = d->type == DECODED_FLOAT32;
    if (d->type == DECODED_UINT8)
        x->pixel = (uint8_t *)(uintptr_t)part_of(d, d->sample); /* nobody writes there */
    else if (x->real)
        x->number = (float *)(uintptr_t)part_of(d, d->sample);
    else {
        x->number = NEW_ARRAY(data->mem, float, count + 1);
        for (int64_t i = 0; i < count; i++)
            x->number[i] = ((const int8_t *)part_of(d, d->sample))[i];
    }
}

static const char **take_names(struct arena *mem, const struct decoded *d, uint64_t table, uint32_t count)
{
    const char **name = table ? NEW_ARRAY(mem, const char *, count + 1) : NULL;
    for (uint32_t i = 0; name && i < count; i++)
        name[i] = decoded_name(d, table, i);
    return name;
}

static int *take_numbers(struct arena *mem, const struct decoded *d, uint64_t offset)
{
    int *number = offset ? NEW_ARRAY(mem, int, d->count + 1) : NULL;
    for (uint32_t i = 0; number && i < d->count; i++)
        number[i] = ((const int32_t *)part_of(d, offset))[i];
    return number;
}

struct dataset *dataset_load(struct arena *mem, const char *path)
{
    const struct decoded *d = map_file(path);
    if (!d)
        return NULL;
    struct dataset *data = NEW(mem, struct dataset);
    *data = (struct dataset){.mem = mem,
                             .task = (enum decoded_task)d->task,
                             .classes = (int)d->classes,
                             .named = d->named,
                             .normal = d->normal,
                             .targets = (int)d->targets,
                             .groups = (int)d->groups};
    data->x.count = (int)d->count;
    data->x.each = (int64_t)d->h * d->w * d->c;
    take_samples(data, d);
    data->labels = take_numbers(mem, d, d->label);
    data->target = d->target ? (float *)(uintptr_t)part_of(d, d->target) : NULL;
    data->position = take_numbers(mem, d, d->position);
    data->group = take_numbers(mem, d, d->group);
    data->file = take_names(mem, d, d->file, d->count);
    data->class_name = take_names(mem, d, d->class_name, d->classes);
    data->group_name = take_names(mem, d, d->group_name, d->groups);
    dataset_count(data);
    return data;
}

/* ---- both ---- */

/* Under another name first: runs that begin at the same time find the whole file or none. */
static void keep(struct arena *mem, const struct dataset *data, const struct input *in, const char *path)
{
    struct diag quiet = {.mem = mem}; /* a full disk costs time, no result */
    const char *unfinished = arena_format(mem, "%s.%ld", path, (long)getpid());
    if (dataset_write(mem, &quiet, data, in, unfinished) && rename(unfinished, path))
        remove(unfinished);
}

struct dataset *dataset_cached(struct arena *mem, struct diag *d, const struct data_request *ask, const char *folder)
{
    const char *path = arena_format(mem, "%s/data-%016llx", folder, (unsigned long long)key_of(mem, ask));
    struct dataset *data = dataset_load(mem, path);
    if (data)
        return data;
    data = dataset_read(mem, d, ask);
    if (data)
        keep(mem, data, ask->in, path);
    return data;
}
