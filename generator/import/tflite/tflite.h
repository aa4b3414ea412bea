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
    bool more;  /* inputs than that */
    int result; /* which of its results is wanted */
    int rank;   /* of the declared result, with its sizes: for RESHAPE and FULLY_CONNECTED */
    int64_t shape[TENSOR_RANK];
};

/* ---- tflite_names.c ---- */

/* "CONV_2D"; for codes it has no name for: "BUILTIN 200". */
const char *tflite_name(struct arena *mem, int code);

/* ---- tflite_ops.c ---- */

/* The result of an operator before its fused activation is checked; NULL after a message. */
struct value *tflite_read_operator(struct operator_reading *r);

/* ---- tflite_maps.c ---- */

/* Whole numbers of its options: -1 if they are out of bounds. */
int option_int(struct operator_reading *r, int field, int64_t fallback);
int option_byte(struct operator_reading *r, int field);

struct value *tflite_pad(struct operator_reading *r);
bool tflite_look_at_resize(struct operator_reading *r);
struct value *tflite_resize(struct operator_reading *r);
struct value *tflite_reshape(struct operator_reading *r);
struct value *tflite_transpose(struct operator_reading *r);
/* What exporters compute a shape with that a RESHAPE behind it declares anyway: only followed. */
struct value *tflite_shape_part(struct operator_reading *r);
struct value *tflite_slice(struct operator_reading *r);
struct value *tflite_strided_slice(struct operator_reading *r);
struct value *tflite_split(struct operator_reading *r);
/* True if all its results are read, not only the first. */
bool tflite_has_results(int code);

/* ---- tflite.c ---- */

/* Fills m from a file's bytes.  False after messages. */
bool tflite_parse(struct model *m, const unsigned char *bytes, size_t size);

#endif
