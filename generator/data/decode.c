/* SPDX-License-Identifier: MIT */
/* Samples in the form in which an emitted network takes them, one by one, or all of them in a file. */
#include "data/data.h"

#include <errno.h>
#include <math.h>
#include <string.h>

/* ---- one by one ---- */

/* Real numbers beyond what the input's integers stand for are cut off: a few at the ends are usual, many are a mistake. */
static void warn_of_range(struct diag *d, const struct input *in, const struct samples *x, const char *source)
{
    double least = INFINITY, most = -INFINITY, smallest = INFINITY, largest = -INFINITY;
    int64_t count = x->count * x->each, outside = 0;
    for (int c = 0; c < in->shape.c; c++) {
        least = fmin(least, input_real(in, c, input_least(in)));
        most = fmax(most, input_real(in, c, input_most(in)));
    }
    for (int64_t i = 0; i < count; i++) {
        double v = (double)x->number[i], scale = input_scale(in, (int)(i % in->shape.c));
        outside += v < least - scale || v > most + scale;
        smallest = fmin(smallest, v);
        largest = fmax(largest, v);
    }
    if (outside * 100 > count)
        diag_warn(d, (struct loc){source, 0}, NULL,
                  "scale and zero_point of the spec's input say what its integers stand for",
                  "%.0f %% of the numbers, which go from %.4g to %.4g, are beyond what the network's input can hold, "
                  "%.4g to %.4g: they are cut off",
                  100.0 * (double)outside / (double)count, smallest, largest, least, most);
}

bool input_takes(struct diag *d, const struct spec *s, const struct samples *x, const char *source)
{
    const struct input *in = &s->input;
    const uint8_t *pixel = x->pixel;
    bool real = x->real;
    if (real && in->type != INPUT_FLOAT32)
        warn_of_range(d, in, x, source);
    if (!pixel && x->number && !real && (in->type == INPUT_UINT8 || in->type == INPUT_RGB565)) {
        diag_error(d, (struct loc){source, 0}, NULL, "save samples of uint8, or of float32: real numbers",
                   "samples of int8, but the network's input is of %s", in->type == INPUT_UINT8 ? "uint8" : "rgb565");
        return false;
    }
    if (!real && !in->scaled)
        diag_warn(
            d, in->loc, "input",
            arena_format(d->mem,
                         "for values of 0 .. 1: input { h = %d, w = %d, c = %d, type = \"uint8\", scale = 1/255 }; "
                         "scale = 1 says that they are meant so",
                         in->shape.h, in->shape.w, in->shape.c),
            "the input has no scale: %s are fed as they are, %s", pixel ? "pixels" : "integers",
            pixel ? "0 .. 255" : "-128 .. 127");
    return true;
}

void sample_put(const struct input *in, const struct samples *s, int n, void *image)
{
    if (s->pixel && in->type == INPUT_UINT8) {
        memcpy(image, s->pixel + n * s->each, (size_t)s->each);
        return;
    }
    if (s->real && in->type == INPUT_FLOAT32) {
        memcpy(image, s->number + n * s->each, (size_t)s->each * sizeof(float));
        return;
    }
    for (int64_t i = 0, from = n * s->each; i < s->each; i++, from++) {
        double v = s->pixel ? s->pixel[from] : (double)s->number[from];
        if (s->real)
            v = input_element(in, i, v);
        else if (s->pixel && in->type == INPUT_INT8)
            v -= 128;
        else if (in->type == INPUT_FLOAT32 && !in->mean)
            v = (v - in->zero_point) * in->scale;
        sample_element_put(in, image, i, v);
    }
}

/* ---- all in a file ---- */

struct decoding {
    struct arena *mem;
    FILE *out;
    const struct dataset *data;
    uint64_t at; /* bytes laid out, then written */
};

/* Pixels of RGB565 are made of bytes when they are wanted. */
static struct input input_in_file(const struct input *in)
{
    struct input as = *in;
    if (as.type == INPUT_RGB565)
        as.type = INPUT_UINT8;
    return as;
}

/* Room for a part of so many bytes: its offset; 0 if it is not wanted. */
static uint64_t lay_out(uint64_t *at, bool wanted, uint64_t bytes)
{
    uint64_t here = (*at + DECODED_ALIGN - 1) / DECODED_ALIGN * DECODED_ALIGN;
    if (!wanted)
        return 0;
    *at = here + bytes;
    return here;
}

static uint64_t name_bytes(const char *const *name, int count)
{
    uint64_t bytes = 0;
    for (int i = 0; name && i < count; i++)
        bytes += strlen(name[i]) + 1;
    return bytes;
}

static void lay_out_parts(struct decoded *d, const struct dataset *data)
{
    uint64_t at = sizeof *d, count = d->count;
    d->sample = lay_out(&at, true, count * d->each);
    d->label = lay_out(&at, data->labels != NULL, count * sizeof(int32_t));
    d->target = lay_out(&at, data->target != NULL, count * d->targets * sizeof(float));
    d->group = lay_out(&at, data->groups > 0, count * sizeof(int32_t));
    d->position = lay_out(&at, true, count * sizeof(int32_t));
    d->file = lay_out(&at, data->file != NULL,
                      count * sizeof(uint64_t) + name_bytes(data->file, data->file ? data->x.count : 0));
    d->class_name = lay_out(&at, data->class_name != NULL,
                            d->classes * sizeof(uint64_t) + name_bytes(data->class_name, data->classes));
    d->group_name =
        lay_out(&at, data->groups > 0, d->groups * sizeof(uint64_t) + name_bytes(data->group_name, data->groups));
    d->bytes = at;
}

static struct decoded header_of(const struct dataset *data, const struct input *in)
{
    struct decoded d = {.version = DECODED_VERSION, .task = data->task};
    memcpy(d.magic, DECODED_MAGIC, sizeof d.magic);
    d.type = in->type == INPUT_FLOAT32 ? DECODED_FLOAT32 : in->type == INPUT_UINT8 ? DECODED_UINT8 : DECODED_INT8;
    d.h = (uint32_t)in->shape.h;
    d.w = (uint32_t)in->shape.w;
    d.c = (uint32_t)in->shape.c;
    d.count = (uint32_t)data->x.count;
    d.classes = (uint32_t)data->classes;
    d.targets = (uint32_t)data->targets;
    d.groups = (uint32_t)data->groups;
    d.named = data->named;
    d.normal = data->normal;
    d.zero_point = in->zero_point;
    d.scale = in->scale;
    d.each = (uint64_t)input_bytes(in);
    lay_out_parts(&d, data);
    return d;
}

static void write_at(struct decoding *w, uint64_t offset, const void *bytes, uint64_t count)
{
    for (; w->at < offset; w->at++)
        putc(0, w->out);
    if (count)
        fwrite(bytes, 1, (size_t)count, w->out);
    w->at += count;
}

/* A table of offsets, then the names. */
static void write_names(struct decoding *w, uint64_t offset, const char *const *name, int count)
{
    uint64_t at = offset + (uint64_t)count * sizeof at;
    for (int i = 0; offset && i < count; i++) {
        write_at(w, offset + (uint64_t)i * sizeof at, &at, sizeof at);
        at += strlen(name[i]) + 1;
    }
    for (int i = 0; offset && i < count; i++)
        write_at(w, w->at, name[i], strlen(name[i]) + 1);
}

static void write_all(struct decoding *w, const struct decoded *d, const struct input *in)
{
    const struct dataset *data = w->data;
    unsigned char *sample = arena_alloc(w->mem, (size_t)d->each);
    write_at(w, 0, d, sizeof *d);
    for (int n = 0; n < data->x.count; n++) {
        sample_put(in, &data->x, n, sample);
        write_at(w, d->sample + (uint64_t)n * d->each, sample, d->each);
    }
    if (d->label)
        write_at(w, d->label, data->labels, d->count * sizeof(int32_t));
    if (d->target)
        write_at(w, d->target, data->target, (uint64_t)d->count * d->targets * sizeof(float));
    if (d->group)
        write_at(w, d->group, data->group, d->count * sizeof(int32_t));
    write_at(w, d->position, data->position, d->count * sizeof(int32_t));
    write_names(w, d->file, data->file, data->x.count);
    write_names(w, d->class_name, data->class_name, data->classes);
    write_names(w, d->group_name, data->group_name, data->groups);
}

bool dataset_write(struct arena *mem, struct diag *d, const struct dataset *data, const struct input *in,
                   const char *path)
{
    struct decoding w = {.mem = mem, .data = data};
    struct input as = input_in_file(in);
    struct decoded header = header_of(data, &as);
    errno = 0;
    w.out = fopen(path, "wb");
    bool opened = w.out != NULL;
    if (opened)
        write_all(&w, &header, &as);
    bool whole = opened && !ferror(w.out);
    if (opened && fclose(w.out))
        whole = false;
    if (!whole) {
        int why = errno;
        if (opened)
            remove(path);
        diag_error(d, (struct loc){path, 0}, NULL, "the decoded data are kept in a file, which all runs share",
                   "cannot write %llu bytes: %s", (unsigned long long)header.bytes, strerror(why));
    }
    return whole;
}
