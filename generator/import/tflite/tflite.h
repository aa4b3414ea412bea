/* SPDX-License-Identifier: MIT */
/* tflite: a TFLite file -> a model. */
#ifndef TFLITE_H
#define TFLITE_H

#include "import/tflite/flat.h"
#include "import/model/model.h"

enum { OPERATOR_INPUTS = 8 };

/* An operator with its inputs found. */
struct operator_reading {
    struct model *m;
    struct flat *flat;
    position options; /* its table, or 0 */
    int code;         /* of the schema */
    struct value *in[OPERATOR_INPUTS];
    int nin;
    bool more; /* inputs than that */
    int rank;  /* of the declared result, with its sizes: for RESHAPE and FULLY_CONNECTED */
    int64_t shape[TENSOR_RANK];
};

/* ---- tflite_ops.c ---- */

/* "CONV_2D"; for codes it has no name for: "BUILTIN 200". */
const char *tflite_name(struct arena *mem, int code);

/* The result of an operator before its fused activation is checked; NULL after a message. */
struct value *tflite_read_operator(struct operator_reading *r);

/* ---- tflite.c ---- */

/* Fills m from a file's bytes.  False after messages. */
bool tflite_parse(struct model *m, const unsigned char *bytes, size_t size);

#endif
