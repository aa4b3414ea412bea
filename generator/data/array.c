/* SPDX-License-Identifier: MIT */
/* NumPy arrays: samples as the network's input has them, with labels, targets or nothing beside. */
#include "data/reading.h"

#include <math.h>
#include <string.h>

static int64_t integer(const unsigned char *p, int bytes, bool is_signed)
{
    uint64_t value = 0;
    for (int i = 0; i < bytes; i++)
        value |= (uint64_t)p[i] << 8 * i;
    if (is_signed && bytes < 8 && p[bytes - 1] >> 7)
        value |= UINT64_MAX << 8 * bytes;
    return value > INT64_MAX && !is_signed ? INT64_MAX : (int64_t)value;
}

/* ---- shapes ---- */

/* What to do about an array of another shape: the same bytes in the shape of the input, or another order of axes. */
static const char *reshape_hint(struct reading *r, const struct npy *a)
{
    const struct shape *in = &r->ask->in->shape;
    int64_t wanted[] = {in->h, in->w, in->c}, n = 0;
    bool plain = true, first = a->rank == 4 && a->shape[1] == in->c && a->shape[2] == in->h && a->shape[3] == in->w;
    for (int i = 1; i < a->rank; i++) {
        if (a->shape[i] == 1)
            continue; /* axes of one may be left out, or be too many: the bytes are in the same order */
        while (n < 3 && wanted[n] == 1)
            n++;
        plain = plain && n < 3 && a->shape[i] == wanted[n++];
    }
    while (n < 3 && wanted[n] == 1)
        n++;
    if (a->rank > 0 && plain && n == 3)
        return arena_format(r->mem, "save array.reshape(-1, %d, %d, %d)", in->h, in->w, in->c);
    if (first)
        return "save array.transpose(0, 2, 3, 1): channels come last";
    if (a->rank < 2)
        return "name the samples first: samples.npy,labels.npy";
    return "arrays are taken as they are, never resized; pictures of any size may lie in a folder";
}

/* True for N x h x w x c; of one channel N x h x w, too. */
static bool is_shaped(const struct npy *a, const struct shape *s)
{
    bool shape = a->rank > 2 && a->shape[1] == s->h && a->shape[2] == s->w;
    return shape && (a->rank == 4 ? a->shape[3] == s->c : a->rank == 3 && s->c == 1);
}

static bool is_float(const struct npy *a)
{
    return a->kind == 'f' && (a->bytes == 4 || a->bytes == 8);
}

/* True for samples of exactly the input's shape; else a message. */
static bool fits_input(struct reading *r, const struct npy *a)
{
    const struct shape *in = &r->ask->in->shape;
    bool type = is_float(a) || ((a->kind == 'u' || a->kind == 'i') && a->bytes <= 2);
    bool shape = is_shaped(a, in);
    if (shape && type && a->shape[0] > 0)
        return true;
    if (shape && type)
        REFUSE(r, a->path, NULL, "no samples in %s", npy_text(r->mem, a));
    else
        REFUSE(r, a->path,
               !shape ? reshape_hint(r, a)
               : a->kind == 'i' || a->kind == 'u'
                   ? "save array.astype('uint8') if they are pixels, else array.astype('float32')"
                   : "save array.astype('float32')",
               "expected uint8, int8 or float32 of shape Nx%dx%dx%d (samples, height, width, channels: as the "
               "network's input), found %s",
               in->h, in->w, in->c, npy_text(r->mem, a));
    return false;
}

/* ---- numbers ---- */

/* Element i of a block read from a file. */
static float number_at(const struct npy *array, const unsigned char *block, int64_t i)
{
    const unsigned char *p = block + i * array->bytes;
    float f32;
    double f64;
    if (array->kind != 'f')
        return (float)integer(p, array->bytes, array->kind == 'i');
    if (array->bytes == 4) {
        memcpy(&f32, p, sizeof f32);
        return f32;
    }
    memcpy(&f64, p, sizeof f64);
    return (float)f64;
}

/* The next `each` numbers of an array, those of sample n: into `number`, or `pixel`; if both are NULL nowhere. */
static bool take_numbers(struct reading *r, const struct npy *array, int64_t n, int64_t each, unsigned char *block,
                         float *number, uint8_t *pixel)
{
    if (fread(block, (size_t)array->bytes, (size_t)each, array->file) != (size_t)each) {
        REFUSE(r, array->path, NULL, "cannot read sample %lld", (long long)n);
        return false;
    }
    for (int64_t i = 0; i < each && (number || pixel); i++) {
        float value = number_at(array, block, i);
        if (!isfinite(value)) {
            REFUSE(r, array->path, "nothing can be learnt from it: leave the sample out, or mend it",
                   "value %lld of sample %lld is %s", (long long)i, (long long)n,
                   isnan(value) ? "not a number" : "infinite, or beyond float32");
            return false;
        }
        if (pixel)
            pixel[i] = (uint8_t)value;
        else
            number[i] = value;
    }
    return true;
}

/* Samples as they are. */
static bool read_samples(struct reading *r, const struct npy *array)
{
    struct samples *x = &r->data->x;
    int64_t count = array->shape[0];
    bool pixels = array->kind == 'u' && array->bytes == 1;
    if (!samples_reserve(r, fewer(count, r->most), pixels))
        return false;
    x->real = array->kind == 'f';
    unsigned char *block = arena_alloc(r->mem, (size_t)(x->each * array->bytes));
    for (int64_t n = 0, to = 0; n < count; n++) {
        bool wanted = picked(n, count, r->most);
        if (!take_numbers(r, array, n, x->each, block, wanted && !pixels ? x->number + to * x->each : NULL,
                          wanted && pixels ? x->pixel + to * x->each : NULL))
            return false;
        if (wanted)
            r->data->position[to++] = (int)n;
    }
    return true;
}

/* ---- labels ---- */

static bool as_many(struct reading *r, const struct npy *a, int64_t count, const char *what)
{
    if (count == r->data->x.count)
        return true;
    REFUSE(r, a->path, NULL, "%lld %s for %d samples", (long long)count, what, r->data->x.count);
    return false;
}

static bool check_labels(struct reading *r, const struct npy *labels)
{
    bool flat = labels->rank == 1 || (labels->rank == 2 && labels->shape[1] == 1);
    if ((labels->kind == 'u' || labels->kind == 'i') && labels->bytes <= 8 && flat)
        return as_many(r, labels, labels->count, "labels");
    REFUSE(r, labels->path,
           labels->kind == 'f' && r->ask->task == DECODED_CLASSES
               ? "class numbers from 0; save labels.astype('int32'); targets of floats are for loss = \"mse\""
               : "class numbers from 0; save labels.astype('int32')",
           "expected integer labels, one per sample, found %s", npy_text(r->mem, labels));
    return false;
}

static bool read_labels(struct reading *r, const struct npy *labels)
{
    struct dataset *data = r->data;
    if (!check_labels(r, labels))
        return false;
    for (int i = 0; i < data->x.count; i++) {
        unsigned char bytes[8];
        if (fread(bytes, 1, (size_t)labels->bytes, labels->file) != (size_t)labels->bytes) {
            REFUSE(r, labels->path, NULL, "cannot read label %d", i);
            return false;
        }
        int64_t label = integer(bytes, labels->bytes, labels->kind == 'i');
        if (label < 0 || label >= MOST_CLASSES) {
            REFUSE(r, labels->path, NULL, "label %lld of sample %d is not a class from 0 to %d", (long long)label, i,
                   MOST_CLASSES - 1);
            return false;
        }
        data->labels[i] = (int)label;
        if (label >= data->classes)
            data->classes = (int)label + 1;
    }
    data->class_name = NEW_ARRAY(r->mem, const char *, data->classes);
    for (int i = 0; i < data->classes; i++)
        data->class_name[i] = arena_format(r->mem, "%d", i);
    data->normal = data->task == DECODED_ANOMALY ? 0 : -1;
    return true;
}

/* Without labels an autoencoder learns: all is normal. */
static void all_normal(struct dataset *data)
{
    data->classes = 1;
    data->normal = 0;
    data->class_name = NEW_ARRAY(data->mem, const char *, 1);
    data->class_name[0] = "normal";
}

/* ---- targets ---- */

static bool check_targets(struct reading *r, const struct npy *a, int targets)
{
    const struct shape *out = &r->ask->outputs;
    bool flat = (a->rank == 2 && a->shape[1] == targets) || (a->rank == 1 && targets == 1);
    if (is_float(a) && (flat || is_shaped(a, out)))
        return as_many(r, a, a->shape[0], "targets");
    const char *wanted = out->h * out->w == 1
                             ? arena_format(r->mem, "Nx%d", targets)
                             : arena_format(r->mem, "Nx%dx%dx%d (or Nx%d)", out->h, out->w, out->c, targets);
    REFUSE(r, a->path, flat ? "save targets.astype('float32')" : "a target is what the network shall give",
           "expected targets of float32 of shape %s, as the network's outputs, found %s", wanted, npy_text(r->mem, a));
    return false;
}

static bool read_targets(struct reading *r, const struct npy *a)
{
    const struct shape *out = &r->ask->outputs;
    struct dataset *data = r->data;
    int targets = out->h * out->w * out->c;
    if (!check_targets(r, a, targets))
        return false;
    data->labels = NULL;
    data->targets = targets;
    data->target = NEW_ARRAY(r->mem, float, (int64_t)data->x.count *targets);
    unsigned char *block = arena_alloc(r->mem, (size_t)targets * (size_t)a->bytes);
    for (int n = 0; n < data->x.count; n++)
        if (!take_numbers(r, a, n, targets, block, data->target + (int64_t)n * targets, NULL))
            return false;
    return true;
}

/* ---- the whole ---- */

static bool read_array(struct reading *r, const char *path, bool (*check)(struct reading *, const struct npy *),
                       bool (*read)(struct reading *, const struct npy *))
{
    struct npy array;
    if (!npy_open(r->mem, r->d, path, &array))
        return false;
    bool done = (!check || check(r, &array)) && read(r, &array);
    fclose(array.file);
    return done;
}

bool arrays_read(struct reading *r, const char *comma)
{
    const char *source = r->ask->source;
    const char *first = comma ? arena_format(r->mem, "%.*s", (int)(comma - source), source) : source;
    if (!read_array(r, first, fits_input, read_samples))
        return false;
    if (comma && !r->most)
        return read_array(r, arena_string(r->mem, comma + 1), NULL,
                          r->ask->task == DECODED_VALUES ? read_targets : read_labels);
    all_normal(r->data);
    return true;
}
