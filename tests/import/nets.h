/* SPDX-License-Identifier: MIT */
/* What the makers of models share; see make.c. */
#ifndef NETS_H
#define NETS_H

#include "maths.h"

struct net {
    struct arena *mem;
    struct onnx_net *onnx;
    struct tflite_net *lite;
    uint64_t seed;
    int count; /* of names */
    struct map input;
};

const char *named(struct net *n, const char *kind);
struct window window(int k, int s, int pad, int groups);
struct kernel kernel(struct net *n, int out, int in, int kh, int kw, bool bias);
void fill_input(struct net *n, int c, int h, int w);
int8_t *whole_list(struct net *n, int count);
struct map onnx_begin(struct net *n, int opset, int c, int h, int w);
int floats(struct net *n, int rank, const int64_t *shape, const float *v);
struct map conv(struct net *n, struct map x, int out, struct window w, bool bias);
struct map node(struct net *n, struct map y, const char *type, int nin, const int *in, const char *attributes);
struct map add(struct net *n, struct map a, struct map b);
struct map lite_begin(struct net *n, int c, int h, int w);
struct map convolution(struct net *n, struct map x, int out, int k, int s, bool relu6);
int lite_map(struct net *n, const char *kind, const struct map *x, int type);
int lite_floats(struct net *n, const char *kind, int rank, const int *shape, const float *v, int count);
void finish(struct net *n, struct map y, const char *name);
void vectors(struct net *n, struct map y, const char *path);
/* The same of a result of integers. */
void whole_vectors(struct net *n, struct map y, const int8_t *v, const char *path);
void separable(struct net *n);
void whole(struct net *n);
void whole_prelu(struct net *n);
void lite_activations(struct net *n);
void refused_lite(struct net *n);
void split(struct net *n);
void named_axes(struct net *n);
void lite_parts(struct net *n);
void whole_parts(struct net *n);

#endif
