/* SPDX-License-Identifier: MIT */
/* onnx: an ONNX file -> a model. */
#ifndef ONNX_H
#define ONNX_H

#include "import/model/model.h"
#include "onnx.pb-c.h"

enum { NODE_INPUTS = 16 };

/* A node with its inputs found. */
struct node_reading {
    struct model *m;
    const Onnx__NodeProto *proto;
    struct value *in[NODE_INPUTS]; /* NULL: absent */
    int nin;
    int opset;
    int result; /* which of its results is wanted */
};

/* ---- onnx_file.c ---- */

/* NULL after a message. */
Onnx__ModelProto *onnx_unpack(struct model *m, const unsigned char *bytes, size_t size);
/* A message of one attribute, its length before it, which the model's own messages do not know the place of; NULL: damaged. */
Onnx__AttributeProto *onnx_attribute(struct model *m, const unsigned char *bytes, size_t size);

const Onnx__AttributeProto *attribute(const struct node_reading *n, const char *name);
int64_t attribute_int(const struct node_reading *n, const char *name, int64_t fallback);
double attribute_real(const struct node_reading *n, const char *name, double fallback);
/* A list of whole numbers into `out`, at most `most`: how many the file has, -1 if it does not. */
int attribute_ints(const struct node_reading *n, const char *name, int64_t *out, int most);
bool attribute_is(const struct node_reading *n, const char *name, const char *word, bool fallback);

/* A tensor of the file as a constant; NULL after a message. */
struct value *onnx_constant(struct model *m, const Onnx__TensorProto *t, const char *name);
/* A constant whose bytes are to be filled.  NULL after a message. */
struct value *onnx_fresh(struct node_reading *n, enum tensor_type type, int rank, const int64_t *shape,
                         unsigned char **data);
void onnx_put_whole(unsigned char *data, int bytes, int64_t i, int64_t value);
void onnx_put_number(unsigned char *data, enum tensor_type type, int64_t i, double value);

/* ---- onnx_functions.c ---- */

/* Puts what the file's own functions are made of in the place of their calls.  False after a message. */
bool onnx_inline(struct model *m, Onnx__ModelProto *p);

/* ---- onnx_ops.c: the result of a node, NULL after a message ---- */

struct value *onnx_read_node(struct node_reading *n);

/* ---- onnx_constants.c: nodes over constants, as exporters write them for shapes and transposed
 * weights. True if this node is one; *result is NULL after a message. ---- */

bool onnx_fold_constant(struct node_reading *n, struct value **result);
bool onnx_is_foldable(const char *type);

/* ---- onnx_arithmetic.c: of constants, by the type of the node ---- */

struct value *onnx_one_constant(struct node_reading *n);
struct value *onnx_two_constants(struct node_reading *n);
struct value *onnx_reduce_constant(struct node_reading *n);

/* ---- onnx_slices.c ---- */

/* True if all results of a node of this type are read, not only the first. */
bool onnx_has_results(const char *type);
struct value *onnx_slice(struct node_reading *n);
struct value *onnx_split(struct node_reading *n);
struct value *onnx_conv_transpose(struct node_reading *n);
struct value *onnx_arg_max(struct node_reading *n);
struct value *onnx_lp_norm(struct node_reading *n);
/* Every pixel of x, whose channels come last, by a matrix: a convolution of size 1 between two transposes. */
struct value *onnx_matmul_of_pixels(struct model *m, struct value *x, struct weights *w);
struct value *onnx_instance_norm(struct node_reading *n);
struct value *onnx_group_norm(struct node_reading *n);

/* ---- onnx_maps.c; those that look check what needs no shape: false after a message ---- */

/* Whole numbers that are an attribute in old opsets and input i in new ones: how many, -1 if absent, -2 after a
 * message. */
int whole_list(struct node_reading *n, const char *name, int i, int64_t *out, int most);
/* Axis numbers may count from the end. */
int64_t axis_of(int64_t axis, int rank);
/* Strides and pads; the kernel is in w->k already.  False after a message. */
bool onnx_window(struct node_reading *n, const struct value *x, struct operation *w);
bool onnx_look_at_pool(struct node_reading *n);
bool onnx_look_at_pad(struct node_reading *n);
bool onnx_look_at_resize(struct node_reading *n);
struct value *onnx_pool(struct node_reading *n);
struct value *onnx_global_average(struct node_reading *n);
struct value *onnx_global_max(struct node_reading *n);
struct value *onnx_reduce_mean(struct node_reading *n);
struct value *onnx_pad(struct node_reading *n);
struct value *onnx_resize(struct node_reading *n);
struct value *onnx_same(struct node_reading *n);
struct value *onnx_flatten(struct node_reading *n);
struct value *onnx_reshape(struct node_reading *n);
struct value *onnx_squeeze(struct node_reading *n);
struct value *onnx_transpose(struct node_reading *n);

/* ---- onnx.c ---- */

/* Fills m from a file's bytes.  False after messages. */
bool onnx_parse(struct model *m, const unsigned char *bytes, size_t size);

/* ---- onnx_quantised.c ---- */

struct value *onnx_quantize(struct node_reading *n);
struct value *onnx_dequantize(struct node_reading *n);
struct value *onnx_qlinear_add(struct node_reading *n);
struct value *onnx_qlinear_mean(struct node_reading *n);
/* Scale and zero point of a tensor from inputs i and i + 1.  False after a message. */
bool onnx_quantum(struct node_reading *n, int i, struct quantum *q);

/* QLinearConv, QLinearMatMul: the inputs of the same operator of floats, and the quantum of its result.  False after a
 * message. */
bool onnx_conv_as_floats(struct node_reading *n, struct node_reading *floats, struct quantum *y);
bool onnx_matmul_as_floats(struct node_reading *n, struct node_reading *floats, struct quantum *y);

#endif
