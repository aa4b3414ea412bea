/* SPDX-License-Identifier: MIT */
/* A model's file -> a spec.  Which kind of file it is, and what to do with kinds that are not read.
 */
#include "import/import.h"
#include "import/ends.h"
#include "import/writer/writer.h"
#include "import/onnx/onnx.h"
#include "import/tflite/tflite.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

static const int64_t largest_model = (int64_t)1 << 30;

#define EXPORT_ONNX                                                                                                    \
    "export it as ONNX: torch.onnx.export(model.eval(), torch.zeros(1, 3, 96, 96), "                                   \
    "\"model.onnx\", "                                                                                                 \
    "opset_version=13, dynamo=False)"
#define MODELS_ARE "models are ONNX and TFLite files; photos are for: tinytl-gen train --train DIR"
#define CONVERT_TFLITE                                                                                                 \
    "convert it: open(\"model.tflite\", "                                                                              \
    "\"wb\").write(tf.lite.TFLiteConverter.from_keras_model(model).convert())"

/* Endings of files that hold a network and are no spec. */
static const struct {
    const char *ending, *what, *hint; /* hint NULL: can be read */
} endings[] = {
    {".onnx", "ONNX", NULL},
    {".tflite", "TFLite", NULL},
    {".pth", "a PyTorch checkpoint", EXPORT_ONNX},
    {".pt", "a PyTorch checkpoint", EXPORT_ONNX},
    {".ckpt", "a checkpoint", EXPORT_ONNX},
    {".pkl", "a Python pickle", EXPORT_ONNX},
    {".h5", "a Keras file", CONVERT_TFLITE},
    {".hdf5", "a Keras file", CONVERT_TFLITE},
    {".keras", "a Keras file", CONVERT_TFLITE},
    {".pb", "a TensorFlow graph", "convert it: python -m tf2onnx.convert --saved-model DIR --output model.onnx"},
    {".safetensors", "weights without a network", "write a spec for them: docs/spec.md, and weights \"FILE\" in it"},
};

static int ending_of(const char *path)
{
    size_t length = strlen(path);
    for (size_t i = 0; i < sizeof endings / sizeof *endings; i++) {
        size_t n = strlen(endings[i].ending);
        if (length > n && !strcmp(path + length - n, endings[i].ending))
            return (int)i;
    }
    return -1;
}

bool is_model(const char *path)
{
    struct stat s;
    char inside[4096];
    int n = snprintf(inside, sizeof inside, "%s/saved_model.pb", path);
    return ending_of(path) >= 0 || (n > 0 && n < (int)sizeof inside && !stat(inside, &s));
}

/* Files by their first bytes, where their name does not say it. */
static const struct {
    const char *magic;
    size_t at, length;
    const char *what, *hint;
} foreign[] = {
    {"PK\003\004", 0, 4, "a zip archive (a PyTorch .pth, a .keras?)", EXPORT_ONNX},
    {"\200\002", 0, 2, "a Python pickle (an old PyTorch .pth?)", EXPORT_ONNX},
    {"\211HDF", 0, 4, "an HDF5 file (Keras?)", CONVERT_TFLITE},
    {"version https://git-lfs", 0, 23, "a Git LFS pointer, not the file itself", "fetch the file with: git lfs pull"},
    {"\377\330\377", 0, 3, "a JPEG image", MODELS_ARE},
    {"\211PNG", 0, 4, "a PNG image", MODELS_ARE},
    {"GIF8", 0, 4, "a GIF image", MODELS_ARE},
    {"\223NUMPY", 0, 6, "a NumPy array", MODELS_ARE},
    {"%PDF", 0, 4, "a PDF document", MODELS_ARE},
    {"<", 0, 1, "a web page", "download the file itself; a login may be needed"},
};

/* "1,3,96,96": what the user says of the input's sizes.  False after a message. */
static bool parse_sizes(struct model *m, const char *text)
{
    struct asked *a = &m->asked;
    const char *at = a->input = text;
    for (char *end; a->sizes < TENSOR_RANK; at = end + 1) {
        errno = 0;
        long long v = strtoll(at, &end, 10);
        if (end == at || errno || v < 1 || v > LARGEST_SIZE || (*end && *end != ',' && *end != 'x'))
            break;
        a->size[a->sizes++] = v;
        if (!*end)
            return true;
    }
    refuse_file(m, "for example: --input 1,3,96,96", "--input %s: must be sizes with commas between them",
                shown(m->mem, text));
    return false;
}

static bool parse(struct model *m, const unsigned char *bytes, size_t size)
{
    for (size_t i = 0; i < sizeof foreign / sizeof *foreign; i++)
        if (size >= foreign[i].length && !memcmp(bytes, foreign[i].magic, foreign[i].length)) {
            refuse_file(m, foreign[i].hint, "not a model that can be read but %s", foreign[i].what);
            return false;
        }
    if (size < 8) {
        refuse_file(m, "copy it again", "%zu bytes: no model is that small", size);
        return false;
    }
    if (!memcmp(bytes + 4, "TFL3", 4))
        return tflite_parse(m, bytes, size);
    int kind = ending_of(m->path);
    if (kind >= 0 && !strcmp(endings[kind].what, "TFLite")) {
        refuse_file(m, "the file is cut short or damaged, or not a TFLite file", "has no mark of a TFLite file");
        return false;
    }
    return onnx_parse(m, bytes, size);
}

struct imported *import_parse(struct arena *mem, struct diag *d, const char *path, const struct import_options *o,
                              const unsigned char *bytes, size_t size)
{
    struct model m = {.mem = mem, .diag = d, .path = path, .memory = ((int64_t)1 << 24) + 32 * (int64_t)size};
    m.asked.output = o->output;
    if (o->input && !parse_sizes(&m, o->input))
        return NULL;
    bool whole = parse(&m, bytes, size);
    struct model folded = model_copy(&m, mem, NULL);
    if (!whole)
        model_look(&folded);
    if (!whole || !model_fold(&folded)) {
        if (!o->output && d->out)
            name_ends(&m, &folded);
        return NULL;
    }
    struct units *u = model_units(&folded);
    struct imported *out = NEW(mem, struct imported);
    out->spec = text_new(mem);
    write_spec(&folded, u, o->name, &out->spec);
    store_weights(&folded, u, out);
    return out;
}

struct imported *import_model(struct arena *mem, struct diag *d, const char *path, const struct import_options *o)
{
    struct loc at = {path, 0};
    int kind = ending_of(path);
    struct stat s;
    size_t size = 0;
    char *bytes = NULL;
    if (kind >= 0 && endings[kind].hint)
        diag_error(d, at, NULL, endings[kind].hint, "is %s, which is not read", endings[kind].what);
    else if (stat(path, &s))
        diag_error(d, at, NULL, NULL, "cannot open the model: %s", strerror(errno));
    else if (S_ISDIR(s.st_mode))
        diag_error(d, at, NULL, "python -m tf2onnx.convert --saved-model DIR --output model.onnx",
                   "is a folder (a SavedModel?), which is not read");
    else if (!S_ISREG(s.st_mode) || s.st_size > largest_model)
        diag_error(d, at, NULL, NULL, "is not a file of at most %lld bytes", (long long)largest_model);
    else if (!(bytes = input_read(mem, path, false, (size_t)largest_model, &size)))
        diag_error(d, at, NULL, NULL, "cannot read the model: %s", file_error(errno));
    if (!bytes)
        return NULL;
    return import_parse(mem, d, path, o, (const unsigned char *)bytes, size);
}
