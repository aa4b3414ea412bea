/* SPDX-License-Identifier: MIT */
/* NumPy array files (numpy.lib.format, versions 1 and 2):
 *
 *     0            6   7   8        10 or 12
 *     | \x93NUMPY | v | 0 | length | {'descr': '|u1', 'fortran_order': False, 'shape': (2,)} | data
 */
#include "data/reading.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

enum { LONGEST_HEADER = 1 << 16 };

struct header {
    const char *at;    /* what is still to be read */
    char type[16];     /* "<i4"; "" if absent */
    int fortran_order; /* -1: absent */
    int rank;          /* -1: absent */
    int64_t shape[NPY_RANK];
};

static bool take(struct header *p, const char *text)
{
    p->at += strspn(p->at, " \t\r\n");
    if (strncmp(p->at, text, strlen(text)))
        return false;
    p->at += strlen(text);
    return true;
}

static bool take_quoted(struct header *p, char *out, size_t size)
{
    p->at += strspn(p->at, " \t\r\n");
    char quote[2] = {*p->at, 0};
    if (quote[0] != '\'' && quote[0] != '"')
        return false;
    size_t length = strcspn(p->at + 1, quote);
    if (length >= size || p->at[1 + length] != quote[0])
        return false;
    memset(out, 0, size);
    memcpy(out, p->at + 1, length);
    for (size_t i = 0; i < length; i++)
        if (out[i] < ' ' || out[i] > '~') /* it may go into a message */
            return false;
    p->at += length + 2;
    return true;
}

/* (2, 3)  (2,)  () */
static bool take_shape(struct header *p)
{
    if (!take(p, "("))
        return false;
    p->rank = 0;
    while (!take(p, ")")) {
        char *end;
        errno = 0;
        long long size = strtoll(p->at, &end, 10);
        if (end == p->at || errno || size < 0 || p->rank == NPY_RANK)
            return false;
        p->shape[p->rank++] = size;
        p->at = end;
        if (!take(p, ",") && *p->at != ')')
            return false;
    }
    return true;
}

static bool take_header(struct header *p)
{
    char key[16];
    if (!take(p, "{"))
        return false;
    while (!take(p, "}")) {
        if (!take_quoted(p, key, sizeof key) || !take(p, ":"))
            return false;
        bool good = false;
        if (!strcmp(key, "descr"))
            good = take_quoted(p, p->type, sizeof p->type);
        else if (!strcmp(key, "fortran_order"))
            good = (p->fortran_order = take(p, "True")) || take(p, "False");
        else if (!strcmp(key, "shape"))
            good = take_shape(p);
        if (!good || (!take(p, ",") && *p->at != '}'))
            return false;
    }
    return *p->type && p->fortran_order >= 0 && p->rank >= 0;
}

/* The header's text, NULL if this is no such file. */
static char *read_text(struct arena *mem, FILE *f)
{
    unsigned char head[12];
    if (fread(head, 1, 10, f) != 10 || memcmp(head, "\223NUMPY", 6))
        return NULL;
    size_t length = head[8] | (size_t)head[9] << 8;
    if (head[6] >= 2) {
        if (fread(head + 10, 1, 2, f) != 2)
            return NULL;
        length |= (size_t)head[10] << 16 | (size_t)head[11] << 24;
    }
    if (head[6] < 1 || head[6] > 3 || length > LONGEST_HEADER)
        return NULL;
    char *text = arena_alloc(mem, length + 1);
    return fread(text, 1, length, f) == length ? text : NULL;
}

/* The type and shape of the header as an array; false after a message. */
static bool check_header(struct diag *d, const struct header *p, struct npy *array)
{
    struct loc at = {array->path, 0};
    array->kind = p->type[1];
    long bytes = strtol(p->type + 2, NULL, 10);
    array->bytes = bytes < 1 || bytes > 16 ? 0 : (int)bytes;
    array->rank = p->rank;
    array->count = 1;
    if (!array->kind || !strchr("biufc", array->kind) || array->bytes == 0 || (array->bytes > 1 && p->type[0] != '<')) {
        bool turned = array->kind && p->type[0] == '>' && array->bytes > 0;
        diag_error(d, at, NULL,
                   turned ? arena_format(d->mem, "they are big-endian: save array.astype('<%s')", p->type + 1)
                          : "save array.astype('uint8') or array.astype('<i4')",
                   "elements of type '%s' are not read", p->type);
        return false;
    }
    if (p->fortran_order) {
        diag_error(d, at, NULL, "save numpy.ascontiguousarray(array)",
                   "the array is in Fortran order, expected C order");
        return false;
    }
    for (int i = 0; i < p->rank; i++) {
        array->shape[i] = p->shape[i];
        if (p->shape[i] && array->count > INT64_MAX / 16 / p->shape[i]) {
            diag_error(d, at, NULL, NULL, "the shape has more elements than can be counted");
            return false;
        }
        array->count *= p->shape[i];
    }
    return true;
}

static bool check_size(struct diag *d, struct npy *array)
{
    struct stat s;
    long here = ftell(array->file);
    if (here < 0 || fstat(fileno(array->file), &s)) {
        diag_error(d, (struct loc){array->path, 0}, NULL, NULL, "cannot read: %s", strerror(errno));
        return false;
    }
    int64_t bytes = array->count * array->bytes;
    if (s.st_size - here >= bytes)
        return true;
    diag_error(d, (struct loc){array->path, 0}, NULL, "the file is cut short; copy it again",
               "needs %lld bytes for %s, has %lld", (long long)(here + bytes), npy_text(d->mem, array),
               (long long)s.st_size);
    return false;
}

bool npy_open(struct arena *mem, struct diag *d, const char *path, struct npy *array)
{
    *array = (struct npy){.path = path, .file = input_open(path)};
    struct loc at = {path, 0};
    if (!array->file) {
        diag_error(d, at, NULL, NULL, "cannot open: %s", file_error(errno));
        return false;
    }
    struct header header = {.at = read_text(mem, array->file), .fortran_order = -1, .rank = -1};
    bool good = false;
    if (!header.at)
        diag_error(d, at, NULL, NULL, "not a NumPy array file (.npy)");
    else if (!take_header(&header))
        diag_error(d, at, NULL, "arrays of plain numbers of at most 8 dimensions are read",
                   "the header of the NumPy array is not understood");
    else
        good = check_header(d, &header, array) && check_size(d, array);
    if (!good)
        fclose(array->file);
    return good;
}

char *npy_text(struct arena *mem, const struct npy *array)
{
    struct text t = text_new(mem);
    text_put(&t, "%c%c%d ", array->bytes > 1 ? '<' : '|', array->kind, array->bytes);
    for (int i = 0; i < array->rank; i++)
        text_put(&t, "%s%lld", i ? "x" : "", (long long)array->shape[i]);
    return t.at;
}
