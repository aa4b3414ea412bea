/* SPDX-License-Identifier: MIT */
/* import: a model of another program -> a spec. */
#ifndef IMPORT_H
#define IMPORT_H

#include "base/base.h"

struct imported; /* import/writer/writer.h */

struct import_options {
    const char *input;  /* "1,3,96,96": the shape of the input, or NULL: the file's */
    const char *output; /* the tensor or node to end at, or NULL: the file's output */
    const char *name;   /* of the network: a file name without folder and ending */
};

/* True if a file's name says that it is a model (.onnx, .tflite) or looks like one that can be turned into
 * one (.pth, .h5, ...): what is no spec. */
bool is_model(const char *path);

/* Reads an ONNX or TFLite file.  NULL after messages: everything in it that cannot be imported is named at
 * once. */
struct imported *import_model(struct arena *mem, struct diag *d, const char *path, const struct import_options *o);

/* The same for a file's bytes, which must outlive the result. */
struct imported *import_parse(struct arena *mem, struct diag *d, const char *path, const struct import_options *o,
                              const unsigned char *bytes, size_t size);

/* ---- the commands; each gives its exit code ---- */

struct import_command {
    const char *model;
    const char *output;              /* the spec that is written; its weights stand beside it */
    const char *input, *output_name; /* see import_options */
    bool force, quiet;
};

int import_write(struct arena *mem, struct diag *d, const struct import_command *c);
int import_check(struct arena *mem, struct diag *d, const struct import_command *c);

#endif
