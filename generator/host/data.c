/* SPDX-License-Identifier: MIT */
/* Data sets: folders of images, or NumPy arrays. */
#include "host/data.h"

#include <assert.h>
#include <dirent.h>
#include <errno.h>
#include <limits.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/stat.h>

enum {
    MOST_CLASSES = 1 << 16, /* above: not class numbers */
    MOST_MESSAGES = 10      /* about broken images */
};

struct reader {
    struct arena *mem;
    struct diag *d;
    struct dataset *data;
    int most; /* images wanted, without labels; 0: all, with labels */
};

#define REFUSE(r, path, hint, ...) diag_error((r)->d, (struct loc){path, 0}, NULL, hint, __VA_ARGS__)

static size_t image_bytes(const struct dataset *data)
{
    return (size_t)data->h * (size_t)data->w * (size_t)data->c;
}

/* Room for `count` images; false after a message. */
static bool reserve(struct reader *r, const char *source, int64_t count)
{
    struct dataset *data = r->data;
    size_t each = image_bytes(data);
    if (count > INT_MAX || (size_t)count > SIZE_MAX / 2 / each) {
        REFUSE(r, source, NULL, "%lld images are too many", (long long)count);
        return false;
    }
    data->count = (int)count;
    data->images = arena_alloc(r->mem, (size_t)count * each);
    data->labels = NEW_ARRAY(r->mem, int, count);
    return true;
}

/* True for `most` numbers of 0 .. count - 1, evenly spread; for all if most is 0. */
static bool picked(int64_t n, int64_t count, int most)
{
    return most == 0 || count <= most || (n + 1) * most / count > n * most / count;
}

static int64_t fewer(int64_t count, int most)
{
    return most && most < count ? most : count;
}

/* ---- folders ---- */

struct names {
    char **at;
    int count, capacity;
};

static int by_bytes(const void *a, const void *b)
{
    return strcmp(*(char *const *)a, *(char *const *)b);
}

static bool is_folder(const char *path)
{
    struct stat s;
    return stat(path, &s) == 0 && S_ISDIR(s.st_mode);
}

static bool is_image_name(const char *name)
{
    static const char *const endings[] = {".jpg", ".jpeg", ".png", ".ppm", ".pgm"};
    const char *dot = strrchr(name, '.');
    for (size_t i = 0; dot && i < sizeof endings / sizeof *endings; i++)
        if (!strcasecmp(dot, endings[i]))
            return true;
    return false;
}

/* The sub-folders of `path` (or its image files), sorted; all else only counted in *others. */
static bool list_folder(struct reader *r, const char *path, bool folders, struct names *list, int *others)
{
    DIR *folder = opendir(path);
    if (!folder) {
        REFUSE(r, path, NULL, "cannot open the folder: %s", strerror(errno));
        return false;
    }
    struct dirent *e;
    while ((e = readdir(folder)) != NULL) {
        if (!strcmp(e->d_name, ".") || !strcmp(e->d_name, ".."))
            continue;
        char *inside = arena_format(r->mem, "%s/%s", path, e->d_name);
        bool wanted = e->d_name[0] != '.' && is_folder(inside) == folders && (folders || is_image_name(e->d_name));
        if (!wanted) {
            ++*others;
            continue;
        }
        GROW(r->mem, list->at, list->count, list->capacity);
        list->at[list->count++] = arena_string(r->mem, e->d_name);
    }
    closedir(folder);
    if (list->count)
        qsort(list->at, (size_t)list->count, sizeof *list->at, by_bytes);
    return true;
}

static bool read_images(struct reader *r, const char *source, const struct names *files)
{
    struct dataset *data = r->data;
    uint8_t *out = data->images;
    int broken = 0;
    for (int label = 0, n = 0; label < data->classes; label++) {
        for (int i = 0; i < files[label].count; i++, n++, out += image_bytes(data)) {
            char *path = arena_format(r->mem, "%s/%s/%s", source, data->class_name[label], files[label].at[i]);
            const char *why = image_read(path, out, data->h, data->w, data->c);
            data->labels[n] = label;
            if (!why)
                continue;
            REFUSE(r, path, NULL, "cannot read the image: %s", why);
            if (++broken == MOST_MESSAGES)
                return false;
        }
    }
    return broken == 0;
}

/* The image files of each class; NULL after a message. */
static struct names *list_classes(struct reader *r, const char *source, const struct names *classes, int *others)
{
    struct names *files = NEW_ARRAY(r->mem, struct names, classes->count);
    for (int i = 0; i < classes->count; i++) {
        char *path = arena_format(r->mem, "%s/%s", source, classes->at[i]);
        if (!list_folder(r, path, false, &files[i], others))
            return NULL;
    }
    return files;
}

/* Only the picked ones of all files. */
static void thin(struct names *files, int classes, int64_t count, int most)
{
    int64_t n = 0;
    for (int label = 0; label < classes; label++) {
        int k = 0;
        for (int i = 0; i < files[label].count; i++)
            if (picked(n++, count, most))
                files[label].at[k++] = files[label].at[i];
        files[label].count = k;
    }
}

static bool read_folder(struct reader *r, const char *source)
{
    const char *hint = "one sub-folder of JPEG, PNG or PPM images per class is expected";
    struct names classes = {0};
    int others = 0;
    if (!list_folder(r, source, true, &classes, &others))
        return false;
    if (classes.count == 0 && r->most) { /* without labels the images may lie in the folder itself */
        GROW(r->mem, classes.at, classes.count, classes.capacity);
        classes.at[classes.count++] = arena_string(r->mem, ".");
        others = 0;
    }
    if (classes.count == 0) {
        REFUSE(r, source, hint, others ? "the folder has no sub-folders" : "the folder is empty");
        return false;
    }
    struct names *files = list_classes(r, source, &classes, &others);
    if (!files)
        return false;
    int64_t count = 0;
    for (int i = 0; i < classes.count; i++)
        count += files[i].count;
    if (count == 0) {
        if (!strcmp(classes.at[0], "."))
            REFUSE(r, source, NULL, "no images in the folder");
        else
            REFUSE(r, source, hint, "no images in its %d sub-folders", classes.count);
        return false;
    }
    for (int i = 0; i < classes.count; i++)
        if (files[i].count == 0)
            diag_warn(r->d, (struct loc){source, 0}, NULL, NULL, "class \"%s\" has no images", classes.at[i]);
    if (others)
        diag_warn(r->d, (struct loc){source, 0}, NULL, "images end in .jpg, .jpeg, .png, .ppm or .pgm",
                  others == 1 ? "1 file that is hidden or no image is passed over"
                              : "%d hidden files or files that are no images are passed over",
                  others);
    r->data->classes = classes.count;
    r->data->named = true;
    r->data->class_name = NEW_ARRAY(r->mem, const char *, classes.count);
    for (int i = 0; i < classes.count; i++)
        r->data->class_name[i] = classes.at[i];
    thin(files, classes.count, count, r->most);
    return reserve(r, source, fewer(count, r->most)) && read_images(r, source, files);
}

/* ---- arrays ---- */

static int64_t integer(const unsigned char *p, int bytes, bool is_signed)
{
    uint64_t value = 0;
    for (int i = 0; i < bytes; i++)
        value |= (uint64_t)p[i] << 8 * i;
    if (is_signed && bytes < 8 && p[bytes - 1] >> 7)
        value |= UINT64_MAX << 8 * bytes;
    return value > INT64_MAX && !is_signed ? INT64_MAX : (int64_t)value;
}

static int64_t each_of(const struct dataset *data)
{
    return (int64_t)data->h * data->w * data->c;
}

/* What to do about an array of another shape: the same bytes in the shape of the input, or another order of axes. */
static const char *reshape_hint(struct reader *r, const struct npy *a)
{
    const struct dataset *in = r->data;
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

/* True for samples of exactly the input's shape (of one channel: N x H x W, too); else a message. */
static bool fits_input(struct reader *r, const struct npy *a)
{
    const struct dataset *in = r->data;
    bool type =
        (a->kind == 'f' && (a->bytes == 4 || a->bytes == 8)) || ((a->kind == 'u' || a->kind == 'i') && a->bytes <= 2);
    bool shape = a->rank > 2 && a->shape[1] == in->h && a->shape[2] == in->w;
    shape = shape && (a->rank == 4 ? a->shape[3] == in->c : a->rank == 3 && in->c == 1);
    if (shape && type && a->shape[0] > 0)
        return true;
    if (shape && type)
        REFUSE(r, a->path, NULL, "no samples in %s", npy_text(r->mem, a));
    else
        REFUSE(r, a->path, shape ? "save array.astype('float32')" : reshape_hint(r, a),
               "expected uint8, int8 or float32 of shape Nx%dx%dx%d (samples, height, width, channels: as the "
               "network's input), found %s",
               in->h, in->w, in->c, npy_text(r->mem, a));
    return false;
}

/* Element i of a block read from a file.  False if elements of this type are not read. */
static bool number_at(const struct npy *array, const unsigned char *block, int64_t i, float *value)
{
    const unsigned char *p = block + i * array->bytes;
    float f32;
    double f64;
    if ((array->kind == 'u' || array->kind == 'i') && array->bytes <= 2) {
        *value = (float)integer(p, array->bytes, array->kind == 'i');
    } else if (array->kind == 'f' && array->bytes == 4) {
        memcpy(&f32, p, sizeof f32);
        *value = f32;
    } else if (array->kind == 'f' && array->bytes == 8) {
        memcpy(&f64, p, sizeof f64);
        *value = (float)f64;
    } else {
        return false;
    }
    return true;
}

/* Samples as they are: of as many numbers as the network's input. */
static bool read_numbers(struct reader *r, const struct npy *array, struct samples *s)
{
    int64_t count = array->shape[0];
    bool pixels = array->kind == 'u' && array->bytes == 1;
    s->each = each_of(r->data);
    unsigned char *block = arena_alloc(r->mem, (size_t)(s->each * array->bytes));
    if (fewer(count, r->most) >= INT_MAX) {
        REFUSE(r, array->path, NULL, "%lld samples are too many", (long long)count);
        return false;
    }
    s->count = (int)fewer(count, r->most);
    s->real = array->kind == 'f';
    if (pixels)
        s->pixel = arena_alloc(r->mem, (size_t)(s->count * s->each));
    else
        s->number = NEW_ARRAY(r->mem, float, s->count * s->each);
    for (int64_t n = 0, to = 0; n < count; n++) {
        if (fread(block, (size_t)array->bytes, (size_t)s->each, array->file) != (size_t)s->each) {
            REFUSE(r, array->path, NULL, "cannot read sample %lld", (long long)n);
            return false;
        }
        for (int64_t i = 0; i < s->each && picked(n, count, r->most); i++, to++) {
            float value;
            if (!number_at(array, block, i, &value)) {
                REFUSE(r, array->path, "save array.astype('float32')", "numbers of type %s are not read",
                       npy_text(r->mem, array));
                return false;
            }
            if (!isfinite(value)) {
                REFUSE(r, array->path, "nothing can be learnt from it: leave the sample out, or mend it",
                       "value %lld of sample %lld is %s", (long long)i, (long long)n,
                       isnan(value) ? "not a number" : "infinite, or beyond float32");
                return false;
            }
            if (pixels)
                s->pixel[to] = (uint8_t)value;
            else
                s->number[to] = value;
        }
    }
    return true;
}

static bool check_labels(struct reader *r, const struct npy *labels)
{
    bool flat = labels->rank == 1 || (labels->rank == 2 && labels->shape[1] == 1);
    if ((labels->kind != 'u' && labels->kind != 'i') || labels->bytes > 8 || !flat) {
        REFUSE(r, labels->path, "class numbers from 0; save labels.astype('int32')",
               "expected integer labels, one per sample, found %s", npy_text(r->mem, labels));
        return false;
    }
    if (labels->count != r->data->count) {
        REFUSE(r, labels->path, NULL, "%lld labels for %d samples", (long long)labels->count, r->data->count);
        return false;
    }
    return true;
}

static bool read_label_array(struct reader *r, const struct npy *labels)
{
    struct dataset *data = r->data;
    if (!check_labels(r, labels))
        return false;
    for (int i = 0; i < data->count; i++) {
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
    return true;
}

static bool is_array_name(const char *source)
{
    size_t length = strlen(source);
    return length > 4 && !strcmp(source + length - 4, ".npy");
}

/* comma: in `source`, between the two names */
static bool read_arrays(struct reader *r, const char *source, const char *comma)
{
    char *first = arena_format(r->mem, "%.*s", (int)(comma - source), source);
    struct npy images, labels;
    if (!npy_open(r->mem, r->d, first, &images))
        return false;
    struct samples s = {0};
    bool done = fits_input(r, &images) && read_numbers(r, &images, &s);
    fclose(images.file);
    r->data->count = s.count;
    r->data->images = s.pixel;
    r->data->number = s.number;
    r->data->real = s.real;
    r->data->labels = NEW_ARRAY(r->mem, int, s.count + 1);
    if (!done || !npy_open(r->mem, r->d, arena_string(r->mem, comma + 1), &labels))
        return false;
    done = read_label_array(r, &labels);
    fclose(labels.file);
    return done;
}

/* Photos: three channels, or one. */
static bool photo_channels(struct reader *r, const char *source)
{
    if (r->data->c == 1 || r->data->c == 3)
        return true;
    REFUSE(r, source, NULL, "images have 1 or 3 channels, the network's input has %d", r->data->c);
    return false;
}

static void count_classes(struct dataset *data)
{
    data->of_class = NEW_ARRAY(data->mem, int, data->classes + 1);
    for (int i = 0; i < data->count; i++)
        data->of_class[data->labels[i]]++;
}

bool dataset_match(struct diag *d, const struct dataset *train, struct dataset *test, const char *source)
{
    int *as = NEW_ARRAY(d->mem, int, test->classes + 1), wrong = 0;
    if (!train->named || !test->named)
        return true; /* numbers speak for themselves */
    for (int i = 0; i < test->classes; i++) {
        as[i] = -1;
        for (int k = 0; k < train->classes; k++)
            if (!strcmp(test->class_name[i], train->class_name[k]))
                as[i] = k;
        if (as[i] >= 0 || test->of_class[i] == 0)
            continue;
        diag_error(d, (struct loc){source, 0}, NULL, "folders of --train and --test are called by the same classes",
                   "class \"%s\" is not among those of the training data", test->class_name[i]);
        wrong++;
    }
    if (wrong)
        return false;
    for (int i = 0; i < test->count; i++)
        test->labels[i] = as[test->labels[i]];
    test->classes = train->classes;
    test->class_name = train->class_name;
    count_classes(test);
    return true;
}

struct dataset *dataset_read(struct arena *mem, struct diag *d, const char *source, int h, int w, int c)
{
    assert(h > 0 && w > 0);
    struct reader r = {.mem = mem, .d = d, .data = NEW(mem, struct dataset)};
    *r.data = (struct dataset){.mem = mem, .h = h, .w = w, .c = c};
    const char *comma = strstr(source, ".npy,");
    bool done = false;
    if (comma && !is_folder(source))
        done = read_arrays(&r, source, comma + 4);
    else if (is_array_name(source))
        REFUSE(&r, source, "name both: samples.npy,labels.npy", "an array of samples needs labels");
    else
        done = photo_channels(&r, source) && read_folder(&r, source);
    if (!done)
        return NULL;
    count_classes(r.data);
    return r.data;
}

/* ---- without labels ---- */

static bool read_sample_array(struct reader *r, const char *path, struct samples *s)
{
    struct npy array;
    if (!npy_open(r->mem, r->d, path, &array))
        return false;
    bool done = fits_input(r, &array) && read_numbers(r, &array, s);
    fclose(array.file);
    return done;
}

struct samples *samples_read(struct arena *mem, struct diag *d, const char *source, int most, int h, int w, int c)
{
    assert(most > 0);
    struct dataset *data = NEW(mem, struct dataset);
    struct reader r = {mem, d, data, most};
    struct samples *s = NEW(mem, struct samples);
    const char *comma = strstr(source, ".npy,");
    data->h = h;
    data->w = w;
    data->c = c;
    s->each = (int64_t)h * w * c;
    bool done;
    if ((comma || is_array_name(source)) && !is_folder(source))
        done = read_sample_array(
            &r, arena_format(mem, "%.*s", comma ? (int)(comma + 4 - source) : (int)strlen(source), source), s);
    else
        done = photo_channels(&r, source) && read_folder(&r, source);
    if (!done)
        return NULL;
    if (data->images) {
        s->pixel = data->images;
        s->count = data->count;
    }
    return s;
}
