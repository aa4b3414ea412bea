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
void vectors(struct net *n, struct map y, const char *path);
void separable(struct net *n);
void whole(struct net *n);
void whole_prelu(struct net *n);
void lite_activations(struct net *n);
void refused_lite(struct net *n);

#endif
