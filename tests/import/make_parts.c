/* SPDX-License-Identifier: MIT */
/* Models of tests/import that take maps apart and make them larger: Split, STRIDED_SLICE, TRANSPOSE_CONV, of floats and of int8. */
#include "nets.h"

#include "../behave/tflite_scale.h"

#include <string.h>

enum { DENSE = 9, STRIDED_SLICE = 45, TRANSPOSE_CONV = 67, ABS = 101, QUANTIZE = 114 };
enum { SAME, VALID };

/* ---- ONNX ---- */

/* Parts of channels: as many as they are called for, the last one smaller, and of sizes that are said. */
void split(struct net *n)
{
    struct map x = conv(n, onnx_begin(n, 18, 3, 5, 6), 7, window(3, 1, 1, 1), true);
    struct map a = node(n, channels_of(n->mem, &x, 0, 3), "Split", 1, &x.id, "axis=1 num_outputs=3");
    struct map b = channels_of(n->mem, &x, 3, 3), c = channels_of(n->mem, &x, 6, 1);
    b.id = onnx_result(n->onnx);
    c.id = onnx_result(n->onnx);
    x = add(n, a, b);
    int sizes = onnx_ints(n->onnx, "sizes", 2, (int64_t[]){1, 2});
    a = node(n, channels_of(n->mem, &x, 0, 1), "Split", 2, (int[]){x.id, sizes}, "axis=-3");
    b = channels_of(n->mem, &x, 1, 2);
    b.id = onnx_result(n->onnx);
    x = node(n, beside(n->mem, &b, &c), "Concat", 2, (int[]){b.id, c.id}, "axis=1");
    x = node(n, beside(n->mem, &x, &a), "Concat", 2, (int[]){x.id, a.id}, "axis=1");
    finish(n, conv(n, x, 3, (struct window){5, 6, 1, 1, 0, 0, 0, 0, 1}, true), "split");
}

/* As exporters of today write them: pads and sizes of named axes, a transposed convolution by the size that it makes, a dense
 * layer of every pixel. */
void named_axes(struct net *n)
{
    struct map x = conv(n, onnx_begin(n, 18, 3, 5, 6), 4, window(3, 1, 1, 1), true);
    int both = onnx_ints(n->onnx, "both", 2, (int64_t[]){2, -1});
    int pads = onnx_ints(n->onnx, "pads", 4, (int64_t[]){1, 0, 2, 1});
    int padded = onnx_node(n->onnx, "Pad", named(n, "pad"), 4, (int[]){x.id, pads, -1, both}, "");
    struct kernel k = kernel(n, 4, 4, 3, 3, false);
    x = node(n, convolve(n->mem, &x, &k, &(struct window){3, 3, 1, 1, 1, 2, 0, 1, 1}), "Conv", 2,
             (int[]){padded, floats(n, 4, (int64_t[]){4, 4, 3, 3}, k.w)}, "");
    float *w = noise_list(n->mem, &n->seed, 4 * 3 * 9, 0.3, 0);
    int weight = floats(n, 4, (int64_t[]){4, 3, 3, 3}, w);
    x = node(n, transposed(n->mem, &x, 3, 3, 2, 0, -1, w), "ConvTranspose", 2, (int[]){x.id, weight},
             arena_format(n->mem, "strides=2,2 auto_pad:SAME_UPPER output_shape=%d,%d", 2 * x.h, 2 * x.w));
    int twice = onnx_ints(n->onnx, "twice", 2, (int64_t[]){2 * x.w, 2 * x.h});
    x = node(n, doubled(n->mem, &x), "Resize", 4, (int[]){x.id, -1, -1, twice},
             "mode:nearest nearest_mode:floor coordinate_transformation_mode:asymmetric axes=3,2");
    k = kernel(n, 2, 3, 1, 1, false);
    float turned_over[6];
    for (int i = 0; i < 6; i++)
        turned_over[i] = k.w[i % 2 * 3 + i / 2];
    int last = onnx_node(n->onnx, "Transpose", named(n, "last"), 1, &x.id, "perm=0,2,3,1");
    int matrix = floats(n, 2, (int64_t[]){3, 2}, turned_over);
    int dense = onnx_node(n->onnx, "MatMul", named(n, "dense"), 2, (int[]){last, matrix}, "");
    struct window one = window(1, 1, 0, 1);
    finish(n, node(n, convolve(n->mem, &x, &k, &one), "Transpose", 1, &dense, "perm=0,3,1,2"), "named_axes");
}

/* ---- TFLite ---- */

static int ints(struct net *n, const char *kind, int count, const int *v)
{
    int *own = NEW_ARRAY(n->mem, int, count);
    memcpy(own, v, sizeof *v * (size_t)count);
    return tflite_tensor(n->lite, named(n, kind), LITE_I32, 1, &count, own, 4 * count);
}

/* Channels from..to of x, as a slice says it whose bits of `open` are axes that are taken whole. */
static struct map slice(struct net *n, struct map x, int type, int from, int to, int open)
{
    int all[2] = {from < 0 ? from + x.c : from, to < 0 ? to + x.c : to};
    int begin[4] = {0, 0, 0, from}, end[4] = {1, x.h, x.w, to}, one[4] = {1, 1, 1, 1};
    for (int i = 0; i < 3; i++) /* what does not count may be anything */
        if (open >> i & 1)
            begin[i] = end[i] = 0;
    int in[4] = {x.id, ints(n, "begin", 4, begin), ints(n, "end", 4, end), ints(n, "one", 4, one)};
    struct map y = channels_of(n->mem, &x, all[0], all[1] - all[0]);
    y.id = lite_map(n, "strided_slice", &y, type);
    tflite_operator(n->lite, STRIDED_SLICE, 4, in, y.id, 2, (int[]){open, open});
    return y;
}

/* A dense layer of every pixel. */
static struct map pixels(struct net *n, struct map x, int out)
{
    struct kernel k = kernel(n, out, x.c, 1, 1, true);
    struct window one = window(1, 1, 0, 1);
    struct map y = convolve(n->mem, &x, &k, &one);
    int weight = lite_floats(n, "weight", 2, (int[]){out, x.c}, k.w, out * x.c);
    int bias = lite_floats(n, "bias", 1, (int[]){out}, k.b, out);
    y.id = lite_map(n, "dense", &y, LITE_F32);
    tflite_operator(n->lite, DENSE, 3, (int[]){x.id, weight, bias}, y.id, 3, (int[]){0, 0, 1});
    return y;
}

/* in x out x k x k as TFLite has it, out x k x k x in. */
static size_t turned(int i, int in, int out, int k)
{
    int o = i / (k * k) % out, tap = i % (k * k);
    return (size_t)((o * k * k + tap) * in + i / (out * k * k));
}

static struct map enlarged(struct net *n, struct map x, int out, int k, int s, int padding)
{
    int count = x.c * out * k * k, all = padding == SAME && k > s ? k - s : 0;
    float *w = noise_list(n->mem, &n->seed, count, 0.3, 0), *file = NEW_ARRAY(n->mem, float, count);
    for (int i = 0; i < count; i++)
        file[turned(i, x.c, out, k)] = w[i];
    struct map y = transposed(n->mem, &x, out, k, s, all / 2, -(all % 2), w);
    int shape = ints(n, "shape", 4, (int[]){1, y.h, y.w, y.c});
    int weight = lite_floats(n, "weight", 4, (int[]){out, k, k, x.c}, file, count);
    y.id = lite_map(n, "transpose_conv", &y, LITE_F32);
    tflite_operator(n->lite, TRANSPOSE_CONV, 3, (int[]){shape, weight, x.id}, y.id, 3, (int[]){padding, s, s});
    return y;
}

void lite_parts(struct net *n)
{
    struct map x = convolution(n, lite_begin(n, 2, 2, 3), 6, 3, 1, false);
    x = slice(n, x, LITE_F32, -5, -1, 7);
    x = enlarged(n, x, 3, 3, 2, SAME);
    x = slice(n, x, LITE_F32, 1, 3, 0);
    x = enlarged(n, x, 2, 4, 3, VALID);
    x = enlarged(n, x, 3, 4, 2, SAME);
    x = pixels(n, x, 2);
    tflite_write(n->lite, n->input.id, 1, &x.id, "lite_parts.tflite");
    vectors(n, x, "lite_parts.vectors.safetensors");
}

/* Of int8, in the integers of TFLite's reference. */
void whole_parts(struct net *n)
{
    enum { OUT = 3, K = 3, IN = 2 };
    const float scale[] = {1 / 64.0f, 0.011f};
    const int zero[] = {5, -17};
    struct map x = lite_begin(n, 4, 5, 4);
    for (int i = 0; i < x.c * x.h * x.w; i++)
        n->input.v[i] = (double)scale[0] * (clamped(floor(noise(&n->seed) * 140)) - zero[0]);
    int q = lite_map(n, "quantized", &x, LITE_I8);
    tflite_scale(n->lite, q, 1, &scale[0], &zero[0], 0);
    tflite_operator(n->lite, QUANTIZE, 1, &x.id, q, 0, NULL);
    x.id = q;
    x = slice(n, x, LITE_I8, 1, 3, 7);
    tflite_scale(n->lite, x.id, 1, &scale[0], &zero[0], 0);

    int8_t *w = whole_list(n, IN * OUT * K * K), file[IN * OUT * K * K];
    float weight[IN * OUT * K * K], *step = noise_list(n->mem, &n->seed, OUT, 0.001, 0.002);
    int32_t bias[OUT];
    for (int i = 0; i < IN * OUT * K * K; i++) {
        file[turned(i, IN, OUT, K)] = w[i];
        weight[i] = w[i];
    }
    for (int i = 0; i < x.c * x.h * x.w; i++)
        x.v[i] = round(x.v[i] / (double)scale[0]);
    struct map y = transposed(n->mem, &x, OUT, K, 2, 0, -1, weight); /* sums of whole numbers */
    int8_t *result = NEW_ARRAY(n->mem, int8_t, y.c * y.h * y.w);
    for (int o = 0; o < OUT; o++)
        bias[o] = (int32_t)(noise(&n->seed) * 4000);
    for (int i = 0; i < y.c * y.h * y.w; i++) {
        int o = i / (y.h * y.w);
        result[i] = clamped(scaled(y.v[i] + bias[o], (double)scale[0] * (double)step[o] / (double)scale[1]) + zero[1]);
    }
    int in[4] = {ints(n, "shape", 4, (int[]){1, y.h, y.w, OUT}),
                 tflite_tensor(n->lite, "weight", LITE_I8, 4, (int[]){OUT, K, K, IN}, file, sizeof file), x.id,
                 tflite_tensor(n->lite, "bias", LITE_I32, 1, (int[]){OUT}, bias, sizeof bias)};
    tflite_scale(n->lite, in[1], OUT, step, NULL, 0);
    y.id = lite_map(n, "transpose_conv", &y, LITE_I8);
    tflite_scale(n->lite, y.id, 1, &scale[1], &zero[1], 0);
    tflite_operator(n->lite, TRANSPOSE_CONV, 4, in, y.id, 3, (int[]){SAME, 2, 2});
    int end = lite_map(n, "abs", &y, LITE_I8); /* of the same scale, and still a result of its own */
    tflite_scale(n->lite, end, 1, &scale[1], &zero[1], 0);
    tflite_operator(n->lite, ABS, 1, &y.id, end, 0, NULL);
    for (int i = 0; i < y.c * y.h * y.w; i++)
        result[i] = clamped(fabs((double)result[i] - zero[1]) + zero[1]);
    tflite_write(n->lite, n->input.id, 1, &end, "whole_parts.tflite");
    whole_vectors(n, y, result, "whole_parts.vectors.safetensors");
}
