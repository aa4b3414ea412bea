/* SPDX-License-Identifier: MIT */
/* Small networks as ONNX and TFLite files, with the values that they must give.
 *
 * make.c says what they are and computes them, naively and in double precision; the two writers put
 * down each operator as it is called.  All maps are one sample, c h w. */
#ifndef MAKE_H
#define MAKE_H

#include "tensors/tensors.h"

struct map {
    int c, h, w;
    double *v;
    int id; /* of the writer: the tensor's number */
};

struct window {
    int kh, kw, sh, sw, top, bottom, left, right, groups;
};

/* out x in x kh x kw, and biases (NULL: none). */
struct kernel {
    int out, in, kh, kw;
    float *w, *b;
};

/* ---- write_onnx.c ---- */

struct onnx_net;

struct onnx_net *onnx_new(struct arena *mem, int opset);
/* An input of any height where `open`. */
int onnx_input(struct onnx_net *n, const char *name, int rank, const int64_t *shape, bool open);
int onnx_floats(struct onnx_net *n, const char *name, int rank, const int64_t *shape, const float *v);
int onnx_ints(struct onnx_net *n, const char *name, int count, const int64_t *v);
int onnx_bytes(struct onnx_net *n, const char *name, bool is_signed, int rank, const int64_t *shape, const int8_t *v);
int onnx_int32s(struct onnx_net *n, const char *name, int count, const int32_t *v);
/* A node; in: -1 is an absent input.  attributes: "strides=2,2 group=1 mode:linear alpha~0.2"
 * (ints, text, real). */
int onnx_node(struct onnx_net *n, const char *type, const char *name, int nin, const int *in, const char *attributes);
/* One more result of the last node. */
int onnx_result(struct onnx_net *n);
/* The last `nodes` nodes become a function that is called in their place; its attribute `slope` is said by the call,
 * or by the default of a function named "usual". */
int onnx_function(struct onnx_net *n, const char *domain, const char *name, int nodes, const char *slope);
void onnx_write(struct onnx_net *n, int noutput, const int *output, const char *path);

/* ---- write_tflite.c ---- */

struct tflite_net;
enum { LITE_F32 = 0, LITE_I32 = 2, LITE_I8 = 9 };

struct tflite_net *tflite_new(struct arena *mem);
int tflite_tensor(struct tflite_net *n, const char *name, int type, int rank, const int *shape, const void *data,
                  int bytes);
void tflite_scale(struct tflite_net *n, int tensor, int count, const float *scale, const int *zero, int axis);
/* options: the fields of the operator's table, 4 bytes each */
void tflite_operator(struct tflite_net *n, int code, int nin, const int *in, int out, int noption, const int *option);
void tflite_write(struct tflite_net *n, int input, int noutput, const int *output, const char *path);

#endif
