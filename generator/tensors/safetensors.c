/* SPDX-License-Identifier: MIT */
/* safetensors: named arrays in one file (https://github.com/huggingface/safetensors).
 *
 *     0          8                  8 + length                            end of file
 *     |  length  |  {"a": {...}, ...}  |  bytes of a  |  bytes of b  | ...  |
 *
 * Such files are downloaded, cut short and renamed; so nothing that one says is believed before
 * it agrees with the file's real size, and memory is asked for only in proportion to that size. */
#include "tensors/tensors.h"

#include <assert.h>
#include <cjson/cJSON.h>
#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

enum {
    LENGTH_BYTES = 8,
    LONGEST_HEADER = 100 * 1000 * 1000, /* the format's own limit */
    SHOWN_NAME = 60                     /* characters of a name from the file in a message */
};

static const int64_t biggest_file = (int64_t)1 << 31; /* no microcontroller's network is near */

/* ---- reading ---- */

struct file_reader {
    struct arena *mem;
    struct diag *d;
    struct loc at;
    const unsigned char *bytes;
    int64_t size;
    int64_t header; /* length of the JSON text */
};

/* A tensor with its place among the data, which is checked only when all places are known. */
struct file_entry {
    struct tensor tensor;
    int64_t begin, end;
};

#define REFUSE(r, hint, ...) diag_error((r)->d, (r)->at, NULL, hint, __VA_ARGS__)

/* Text of the file, fit for any terminal: ASCII without control characters. */
static const char *shown(struct file_reader *r, const char *name)
{
    bool cut = strlen(name) > SHOWN_NAME;
    char *s = arena_format(r->mem, "%.*s%s", SHOWN_NAME, name, cut ? "..." : "");
    for (char *p = s; *p; p++)
        if (*p < ' ' || *p > '~')
            *p = '?';
    return s;
}

#define WEIGHTS_ARE "weights are a safetensors file: docs/bring-your-own-network.md says how to write one"

/* What people hand over instead of a safetensors file, by its first bytes. */
static const struct {
    const char *magic;
    size_t length;
    const char *what, *hint;
} foreign[] = {
#define FROM_TORCH                                                                                                     \
    "convert with: python -c \"import torch; from safetensors.torch import save_file; "                                \
    "save_file(torch.load('a.pth', map_location='cpu', weights_only=True), 'a.safetensors')\""
    {"PK\003\004", 4, "a zip archive (a PyTorch .pth or a NumPy .npz?)", FROM_TORCH},
    {"\200\002", 2, "a Python pickle (an old PyTorch .pth?)", FROM_TORCH},
    {"\200\004", 2, "a Python pickle", FROM_TORCH},
    {"\211HDF", 4, "an HDF5 file (Keras?)", "export the weights with safetensors.numpy.save_file"},
    {"\223NUMPY", 6, "a NumPy array", "save named arrays with safetensors.numpy.save_file"},
    {"version https://git-lfs", 23, "a Git LFS pointer, not the file itself", "fetch the file with: git lfs pull"},
    {"\377\330\377", 3, "a JPEG image", WEIGHTS_ARE},
    {"\211PNG", 4, "a PNG image", WEIGHTS_ARE},
    {"<", 1, "a web page", "download the file itself; a login may be needed"},
};

/* A spec, a list, a note: a length in binary is never letters alone. */
static bool is_text(const struct file_reader *r)
{
    for (int64_t i = 0; i < r->size && i < 64; i++)
        if (!r->bytes[i] || ((r->bytes[i] < ' ' || r->bytes[i] > '~') && !strchr("\t\r\n", r->bytes[i])))
            return false; /* strchr finds a 0 byte in every list */
    return r->size > 0;
}

static void refuse_length(struct file_reader *r, uint64_t header)
{
    for (size_t i = 0; i < sizeof foreign / sizeof *foreign; i++) {
        if (r->size >= (int64_t)foreign[i].length && !memcmp(r->bytes, foreign[i].magic, foreign[i].length)) {
            REFUSE(r, foreign[i].hint, "not a safetensors file but %s", foreign[i].what);
            return;
        }
    }
    if (ends_with(r->at.file, ".onnx") || ends_with(r->at.file, ".tflite"))
        REFUSE(r, "import it: tinytl-gen import model.onnx -o spec.lua writes a spec and its weights",
               "not a safetensors file but a model");
    else if (is_text(r))
        REFUSE(r, WEIGHTS_ARE, "not a safetensors file but text");
    else if (header > LONGEST_HEADER)
        REFUSE(r, WEIGHTS_ARE, "not a safetensors file: a header of %llu bytes (the limit is %d)",
               (unsigned long long)header, LONGEST_HEADER);
    else
        REFUSE(r, "the file is cut short; copy it again", "the header alone needs %lld bytes, the file has %lld",
               (long long)header + LENGTH_BYTES, (long long)r->size);
}

static bool read_length(struct file_reader *r)
{
    if (r->size < LENGTH_BYTES) {
        if (is_text(r))
            REFUSE(r, WEIGHTS_ARE, "not a safetensors file but text");
        else
            REFUSE(r, WEIGHTS_ARE, "not a safetensors file: %lld bytes, the shortest has 10", (long long)r->size);
        return false;
    }
    uint64_t header = 0;
    for (int i = 0; i < LENGTH_BYTES; i++)
        header |= (uint64_t)r->bytes[i] << 8 * i;
    if (header > LONGEST_HEADER || header > (uint64_t)(r->size - LENGTH_BYTES)) {
        refuse_length(r, header);
        return false;
    }
    r->header = (int64_t)header;
    return true;
}

/* The header as a JSON object, to be given to cJSON_Delete; NULL after a message. */
static cJSON *read_json(struct file_reader *r)
{
    /* A copy that ends in a 0 byte: cJSON 1.7.15 looks one byte past a text given by length. */
    const char *start = (const char *)r->bytes + LENGTH_BYTES;
    char *text = arena_format(r->mem, "%.*s", (int)r->header, start);
    size_t length = strlen(text);
    const char *end = text;
    cJSON *json = cJSON_ParseWithLengthOpts(text, length + 1, &end, 0);
    if (end < text || end > text + length)
        end = text + length;
    if (json)
        end += strspn(end, " \t\r\n");
    if (cJSON_IsObject(json) && end == text + r->header)
        return json;
    if (json && !cJSON_IsObject(json))
        REFUSE(r, NULL, "the header is JSON, but not an object");
    else
        REFUSE(r, NULL, "the header is not JSON from its byte %lld on (of %lld)", (long long)(end - text),
               (long long)r->header);
    cJSON_Delete(json);
    return NULL;
}

/* cJSON keeps numbers as doubles: above 2^53 the file's number is no longer known. */
static bool whole_number(const cJSON *json, int64_t *value)
{
    const double exact = 9007199254740992.0;
    if (!cJSON_IsNumber(json) || !(json->valuedouble >= 0 && json->valuedouble <= exact) ||
        floor(json->valuedouble) < json->valuedouble)
        return false;
    *value = (int64_t)json->valuedouble;
    return true;
}

static bool read_type(struct file_reader *r, const cJSON *json, struct tensor *t)
{
    const cJSON *type = cJSON_GetObjectItemCaseSensitive(json, "dtype");
    if (!cJSON_IsString(type)) {
        REFUSE(r, NULL, "tensor \"%s\" has no dtype text", shown(r, t->name));
        return false;
    }
    if (tensor_type_named(type->valuestring, &t->type))
        return true;
    REFUSE(r, "known are F64, F32, F16, BF16, I64, I32, I16, I8, U8 and BOOL",
           "tensor \"%s\" has the unknown dtype \"%s\"", shown(r, t->name), shown(r, type->valuestring));
    return false;
}

static bool read_shape(struct file_reader *r, const cJSON *json, struct tensor *t)
{
    const cJSON *shape = cJSON_GetObjectItemCaseSensitive(json, "shape");
    if (!cJSON_IsArray(shape)) {
        REFUSE(r, NULL, "tensor \"%s\" has no shape array", shown(r, t->name));
        return false;
    }
    t->count = 1;
    for (const cJSON *n = shape->child; n; n = n->next) {
        int64_t size;
        if (t->rank == TENSOR_RANK) {
            REFUSE(r, NULL, "tensor \"%s\" has more than %d dimensions", shown(r, t->name), TENSOR_RANK);
            return false;
        }
        if (!whole_number(n, &size)) {
            REFUSE(r, NULL, "dimension %d of tensor \"%s\" is not a whole number from 0 to 2^53", t->rank,
                   shown(r, t->name));
            return false;
        }
        t->shape[t->rank++] = size;
        if (size && t->count > INT64_MAX / tensor_type_bytes(t->type) / size) {
            REFUSE(r, NULL, "the shape of tensor \"%s\" has more bytes than can be counted", shown(r, t->name));
            return false;
        }
        t->count *= size;
    }
    return true;
}

static bool read_range(struct file_reader *r, const cJSON *json, struct file_entry *e)
{
    const cJSON *range = cJSON_GetObjectItemCaseSensitive(json, "data_offsets");
    const cJSON *begin = cJSON_IsArray(range) ? range->child : NULL;
    const cJSON *end = begin ? begin->next : NULL;
    if (!end || end->next || !whole_number(begin, &e->begin) || !whole_number(end, &e->end)) {
        REFUSE(r, NULL, "data_offsets of tensor \"%s\" are not two whole numbers from 0 to 2^53",
               shown(r, e->tensor.name));
        return false;
    }
    if (e->begin > e->end) {
        REFUSE(r, NULL, "tensor \"%s\" begins at byte %lld of the data but ends at %lld", shown(r, e->tensor.name),
               (long long)e->begin, (long long)e->end);
        return false;
    }
    int64_t bytes = e->tensor.count * tensor_type_bytes(e->tensor.type);
    if (e->end - e->begin != bytes) {
        REFUSE(r, NULL, "tensor \"%s\": %s %s is %lld bytes, but data_offsets hold %lld", shown(r, e->tensor.name),
               tensor_type_name(e->tensor.type), tensor_shape_text(r->mem, &e->tensor), (long long)bytes,
               (long long)(e->end - e->begin));
        return false;
    }
    return true;
}

static bool read_entry(struct file_reader *r, const cJSON *json, struct file_entry *e)
{
    e->tensor.name = arena_string(r->mem, json->string);
    if (!cJSON_IsObject(json)) {
        REFUSE(r, NULL, "the header's entry for tensor \"%s\" is not an object", shown(r, e->tensor.name));
        return false;
    }
    return read_type(r, json, &e->tensor) && read_shape(r, json, &e->tensor) && read_range(r, json, e);
}

/* The entries in the header's order; NULL after a message. */
static struct file_entry *read_entries(struct file_reader *r, const cJSON *header, int *count)
{
    struct file_entry *entries = NEW_ARRAY(r->mem, struct file_entry, cJSON_GetArraySize(header));
    *count = 0;
    for (const cJSON *json = header->child; json; json = json->next) {
        if (!strcmp(json->string, "__metadata__"))
            continue;
        if (!read_entry(r, json, &entries[*count]))
            return NULL;
        ++*count;
    }
    return entries;
}

static int by_place(const void *a, const void *b)
{
    const struct file_entry *x = a, *y = b;
    if (x->begin != y->begin)
        return x->begin < y->begin ? -1 : 1;
    if (x->end != y->end)
        return x->end < y->end ? -1 : 1;
    return strcmp(x->tensor.name, y->tensor.name);
}

/* The format wants every byte of the data to belong to exactly one tensor.  Sorts the entries. */
static bool check_places(struct file_reader *r, struct file_entry *entries, int count)
{
    int64_t data = r->size - LENGTH_BYTES - r->header, used = 0;
    const char *last = NULL;
    if (count)
        qsort(entries, (size_t)count, sizeof *entries, by_place);
    for (int i = 0; i < count; i++) {
        const struct file_entry *e = &entries[i];
        if (e->begin != used) {
            REFUSE(r, NULL, "tensor \"%s\" begins at byte %lld of the data, but %s%s%s at %lld",
                   shown(r, e->tensor.name), (long long)e->begin, last ? "tensor \"" : "the data begin",
                   last ? shown(r, last) : "", last ? "\" before it ends" : "", (long long)used);
            return false;
        }
        used = e->end;
        last = e->tensor.name;
    }
    if (used > data)
        REFUSE(r, "the file is cut short; copy it again", "needs %lld bytes up to the end of tensor \"%s\", has %lld",
               (long long)(LENGTH_BYTES + r->header + used), shown(r, last), (long long)r->size);
    else if (used < data)
        REFUSE(r, NULL, "the tensors end at byte %lld of the data, but there are %lld", (long long)used,
               (long long)data);
    return used == data;
}

static struct tensor_file *file_of_entries(struct file_reader *r, struct file_entry *entries, int count)
{
    if (!check_places(r, entries, count))
        return NULL;
    struct tensor_file *f = NEW(r->mem, struct tensor_file);
    f->path = arena_string(r->mem, r->at.file);
    f->hash = hash_bytes(HASH_START, r->bytes, (size_t)r->size);
    f->tensor = NEW_ARRAY(r->mem, struct tensor, count);
    f->count = count;
    for (int i = 0; i < count; i++) {
        f->tensor[i] = entries[i].tensor;
        f->tensor[i].data = r->bytes + LENGTH_BYTES + r->header + entries[i].begin;
    }
    tensors_sort(f->tensor, count);
    for (int i = 1; i < count; i++) {
        if (!strcmp(f->tensor[i - 1].name, f->tensor[i].name)) {
            REFUSE(r, NULL, "two tensors have the name \"%s\"", shown(r, f->tensor[i].name));
            return NULL;
        }
    }
    return f;
}

struct tensor_file *safetensors_parse(struct arena *mem, struct diag *d, const char *path, const unsigned char *bytes,
                                      size_t length)
{
    struct file_reader r = {mem, d, {path, 0}, bytes, (int64_t)length, 0};
    cJSON *header = read_length(&r) ? read_json(&r) : NULL;
    if (!header)
        return NULL;
    int count;
    struct file_entry *entries = read_entries(&r, header, &count);
    cJSON_Delete(header); /* cJSON has no arena: the one thing here that is freed by hand */
    return entries ? file_of_entries(&r, entries, count) : NULL;
}

struct tensor_file *safetensors_read(struct arena *mem, struct diag *d, const char *path)
{
    struct loc at = {path, 0};
    FILE *f = input_open(path);
    struct stat s;
    if (!f && (errno == EISDIR || errno == FILE_IS_DEVICE)) {
        diag_error(d, at, NULL, NULL, "%s, not a safetensors file", errno == EISDIR ? "a folder" : "a device or pipe");
        return NULL;
    }
    if (!f || fstat(fileno(f), &s)) {
        diag_error(d, at, NULL, NULL, "cannot open the weights: %s", strerror(errno));
        if (f)
            fclose(f);
        return NULL;
    }
    unsigned char *bytes = NULL;
    if (s.st_size > biggest_file) {
        diag_error(d, at, NULL, NULL, "has %lld bytes; weights of more than %lld are not read", (long long)s.st_size,
                   (long long)biggest_file);
    } else {
        bytes = arena_alloc(mem, (size_t)s.st_size);
        if (fread(bytes, 1, (size_t)s.st_size, f) != (size_t)s.st_size) {
            diag_error(d, at, NULL, NULL, "cannot read: %s",
                       ferror(f) ? strerror(errno) : "it became shorter meanwhile");
            bytes = NULL;
        }
    }
    fclose(f);
    return bytes ? safetensors_parse(mem, d, path, bytes, (size_t)s.st_size) : NULL;
}

/* ---- writing ---- */

static void put_name(struct text *t, const char *name)
{
    text_put(t, "\"");
    for (const char *p = name; *p; p++) {
        if ((unsigned char)*p < ' ')
            text_put(t, "\\u%04x", (unsigned)*p);
        else
            text_put(t, *p == '"' || *p == '\\' ? "\\%c" : "%c", *p);
    }
    text_put(t, "\"");
}

static const char mark[] = "{\"__metadata__\":{\"written_by\":\"tinytl-gen\"}";

bool safetensors_is_ours(const char *start, size_t length)
{
    return length >= LENGTH_BYTES + sizeof mark - 1 && !memcmp(start + LENGTH_BYTES, mark, sizeof mark - 1);
}

void safetensors_put(struct arena *mem, FILE *out, const struct tensor *tensor, int count)
{
    struct text header = text_new(mem);
    int64_t end = 0;
    text_put(&header, "%s", mark);
    for (int i = 0; i < count; i++) {
        const struct tensor *t = &tensor[i];
        text_put(&header, ",");
        put_name(&header, t->name);
        text_put(&header, ":{\"dtype\":\"%s\",\"shape\":[", tensor_type_name(t->type));
        for (int j = 0; j < t->rank; j++)
            text_put(&header, "%s%lld", j ? "," : "", (long long)t->shape[j]);
        int64_t begin = end;
        end += t->count * tensor_type_bytes(t->type);
        text_put(&header, "],\"data_offsets\":[%lld,%lld]}", (long long)begin, (long long)end);
    }
    text_put(&header, "}");
    while (header.length % LENGTH_BYTES) /* as the reference does, so that the data are aligned */
        text_put(&header, " ");
    for (int i = 0; i < LENGTH_BYTES; i++)
        fputc((int)(header.length >> 8 * i & 255), out);
    fwrite(header.at, 1, header.length, out);
    for (int i = 0; i < count; i++)
        if (tensor[i].count)
            fwrite(tensor[i].data, (size_t)tensor_type_bytes(tensor[i].type), (size_t)tensor[i].count, out);
}

bool safetensors_write(const char *path, const struct tensor *tensor, int count)
{
    struct arena *mem = arena_new();
    struct output *o = output_open(mem, path);
    bool done = false;
    if (o) {
        safetensors_put(mem, output_stream(o), tensor, count);
        done = output_close(o);
    }
    int why = errno;
    arena_free(mem);
    errno = why;
    return done;
}
