/* SPDX-License-Identifier: MIT */
/* The TFLite models of tests/import. */
#include "nets.h"

#include <string.h>

/* ---- TFLite ---- */

enum {
    ADD,
    CONV = 3,
    DEPTHWISE,
    DENSE = 9,
    RELU6_CODE = 21,
    RESHAPE = 22,
    SOFTMAX = 25,
    TANH = 28,
    RNN = 35,
    MEAN = 40,
    LSTM = 44,
    PRELU = 54,
    LEAKY_RELU = 98,
    ABS = 101,
    ELU = 111,
    QUANTIZE = 114
};
enum { SAME, VALID };

int lite_map(struct net *n, const char *kind, const struct map *x, int type)
{
    return tflite_tensor(n->lite, named(n, kind), type, 4, (int[]){1, x->h, x->w, x->c}, NULL, 0);
}

int lite_floats(struct net *n, const char *kind, int rank, const int *shape, const float *v, int count)
{
    return tflite_tensor(n->lite, named(n, kind), LITE_F32, rank, shape, v, 4 * count);
}

/* TensorFlow's SAME. */
static struct window same(const struct map *x, int k, int s, int groups)
{
    int h = ((x->h + s - 1) / s - 1) * s + k - x->h, w = ((x->w + s - 1) / s - 1) * s + k - x->w;
    h = h > 0 ? h : 0;
    w = w > 0 ? w : 0;
    return (struct window){k, k, s, s, h / 2, h - h / 2, w / 2, w - w / 2, groups};
}

/* A convolution; out = 0: depthwise. */
struct map convolution(struct net *n, struct map x, int out, int k, int s, bool relu6)
{
    struct window w = same(&x, k, s, out ? 1 : x.c);
    struct kernel f = kernel(n, out ? out : x.c, out ? x.c : 1, k, k, true);
    float *file = NEW_ARRAY(n->mem, float, f.out *f.in *k *k);
    for (int o = 0; o < f.out; o++)
        for (int i = 0; i < f.in; i++)
            for (int t = 0; t < k * k; t++)
                file[out ? (o * k * k + t) * f.in + i : t * f.out + o] = f.w[(o * f.in + i) * k * k + t];
    struct map linear = convolve(n->mem, &x, &f, &w), y = relu6 ? each(n->mem, &linear, "relu6") : linear;
    int shape[4] = {out ? out : 1, k, k, out ? x.c : x.c};
    int weight = lite_floats(n, "weight", 4, shape, file, f.out * f.in * k * k);
    int bias = lite_floats(n, "bias", 1, (int[]){f.out}, f.b, f.out);
    y.id = lite_map(n, out ? "conv2d" : "depthwise", &y, LITE_F32);
    tflite_operator(n->lite, out ? CONV : DEPTHWISE, 3, (int[]){x.id, weight, bias}, y.id, out ? 4 : 5,
                    out ? (int[]){SAME, s, s, relu6 ? 3 : 0} : (int[]){SAME, s, s, 1, relu6 ? 3 : 0});
    return y;
}

static struct map lite_conv(struct net *n, struct map x, int out, int k, int s)
{
    return convolution(n, x, out, k, s, true);
}

struct map lite_begin(struct net *n, int c, int h, int w)
{
    n->lite = tflite_new(n->mem);
    fill_input(n, c, h, w);
    n->input.id = lite_map(n, "image", &n->input, LITE_F32);
    return n->input;
}

/* MobileNetV1 as Keras converts it. */
void separable(struct net *n)
{
    struct map x = lite_begin(n, 3, 20, 20);
    x = lite_conv(n, x, 8, 3, 2);
    for (int i = 0; i < 3; i++)
        x = lite_conv(n, lite_conv(n, x, 0, 3, 1 + (i == 1)), 8 << i, 1, 1);
    struct window all = {x.h, x.w, 1, 1, 0, 0, 0, 0, 1};
    struct map y = pool(n->mem, &x, &all, true);
    int axes = tflite_tensor(n->lite, "axes", LITE_I32, 1, (int[]){2}, (int32_t[]){1, 2}, 8);
    y.id = tflite_tensor(n->lite, "mean", LITE_F32, 2, (int[]){1, y.c}, NULL, 0);
    tflite_operator(n->lite, MEAN, 2, (int[]){x.id, axes}, y.id, 1, (int[]){0});
    struct kernel k = kernel(n, 4, y.c, 1, 1, true);
    struct window one = window(1, 1, 0, 1);
    struct map z = convolve(n->mem, &y, &k, &one);
    z.id = tflite_tensor(n->lite, "dense", LITE_F32, 2, (int[]){1, 4}, NULL, 0);
    tflite_operator(n->lite, DENSE, 3,
                    (int[]){y.id, lite_floats(n, "weight", 2, (int[]){4, y.c}, k.w, 4 * y.c),
                            lite_floats(n, "bias", 1, (int[]){4}, k.b, 4)},
                    z.id, 1, (int[]){0});
    int end = tflite_tensor(n->lite, "softmax", LITE_F32, 2, (int[]){1, 4}, NULL, 0);
    tflite_operator(n->lite, SOFTMAX, 1, &z.id, end, 0, NULL);
    tflite_write(n->lite, n->input.id, 1, &end, "separable.tflite");
    vectors(n, z, "separable.vectors.safetensors");
}

/* Activations as operators of their own; the slope of the first is an option, a float. */
void lite_activations(struct net *n)
{
    static const struct {
        const char *what;
        int code;
    } list[] = {{"leaky_relu", LEAKY_RELU}, {"tanh", TANH}, {"elu1", ELU}, {"abs", ABS}};
    float slope = 0.2f;
    int bits;
    memcpy(&bits, &slope, sizeof bits);
    struct map x = lite_begin(n, 2, 7, 5);
    for (size_t i = 0; i < sizeof list / sizeof *list; i++) {
        x = convolution(n, x, 4, 3, 1, false);
        struct map y = each(n->mem, &x, list[i].what);
        y.id = lite_map(n, list[i].what, &y, LITE_F32);
        tflite_operator(n->lite, list[i].code, 1, &x.id, y.id, i == 0, &bits);
        x = y;
    }
    tflite_write(n->lite, n->input.id, 1, &x.id, "lite_activations.tflite");
    vectors(n, x, "lite_activations.vectors.safetensors");
}

/* int8: a residual block and a dense layer. */
static int lite_whole(struct net *n, int x, int out, int in, int h, int w, bool relu, float scale, int zero)
{
    int weight = tflite_tensor(n->lite, named(n, "weight"), LITE_I8, 4, (int[]){out, 3, 3, in},
                               whole_list(n, out * in * 9), out * in * 9);
    tflite_scale(n->lite, weight, out, noise_list(n->mem, &n->seed, out, 0.0005, 0.002), NULL, 0);
    int32_t *b = NEW_ARRAY(n->mem, int32_t, out);
    for (int i = 0; i < out; i++)
        b[i] = (int32_t)(noise(&n->seed) * 2000);
    int bias = tflite_tensor(n->lite, named(n, "bias"), LITE_I32, 1, &out, b, 4 * out);
    struct map y = {out, h, w, NULL, 0};
    int id = lite_map(n, "conv2d", &y, LITE_I8);
    tflite_scale(n->lite, id, 1, &scale, &zero, 0);
    tflite_operator(n->lite, CONV, 3, (int[]){x, weight, bias}, id, 4, (int[]){SAME, 1, 1, relu});
    return id;
}

void whole(struct net *n)
{
    float scale[] = {1 / 128.0f, 0.03f, 0.05f, 0.06f};
    int zero[] = {0, -128, 4, -128}, h = 6, w = 5;
    struct map in = lite_begin(n, 2, h, w), map = {8, h, w, NULL, 0};
    int q = lite_map(n, "quantized", &in, LITE_I8);
    tflite_scale(n->lite, q, 1, &scale[0], &zero[0], 0);
    tflite_operator(n->lite, QUANTIZE, 1, &in.id, q, 0, NULL);
    int x = lite_whole(n, q, 8, 2, h, w, true, scale[1], zero[1]);
    int y = lite_whole(n, x, 8, 8, h, w, false, scale[2], zero[2]), sum = lite_map(n, "add", &map, LITE_I8);
    tflite_scale(n->lite, sum, 1, &scale[3], &zero[3], 0);
    tflite_operator(n->lite, ADD, 2, (int[]){x, y}, sum, 1, (int[]){1});
    int flat = tflite_tensor(n->lite, "flatten", LITE_I8, 2, (int[]){1, 8 * h * w}, NULL, 0);
    tflite_scale(n->lite, flat, 1, &scale[3], &zero[3], 0);
    tflite_operator(n->lite, RESHAPE, 1, &sum, flat, 0, NULL);
    int count = 3 * 8 * h * w, end = tflite_tensor(n->lite, "dense", LITE_I8, 2, (int[]){1, 3}, NULL, 0);
    int weight = tflite_tensor(n->lite, "dense/weight", LITE_I8, 2, (int[]){3, 8 * h * w}, whole_list(n, count), count);
    tflite_scale(n->lite, weight, 1, &scale[2], NULL, 0);
    tflite_scale(n->lite, end, 1, (float[]){0.25f}, (int[]){-7}, 0);
    tflite_operator(n->lite, DENSE, 2, (int[]){flat, weight}, end, 1, (int[]){0});
    tflite_write(n->lite, in.id, 1, &end, "whole.tflite");
}

/* int8: a PReLU whose slopes have a zero point. */
void whole_prelu(struct net *n)
{
    float scale[] = {1 / 128.0f, 0.03f, 0.02f, 0.004f};
    int zero[] = {0, -4, -50, 60}, h = 6, w = 5;
    struct map in = lite_begin(n, 2, h, w), map = {8, h, w, NULL, 0};
    int q = lite_map(n, "quantized", &in, LITE_I8), bent = lite_map(n, "prelu", &map, LITE_I8);
    tflite_scale(n->lite, q, 1, &scale[0], &zero[0], 0);
    tflite_operator(n->lite, QUANTIZE, 1, &in.id, q, 0, NULL);
    int x = lite_whole(n, q, 8, 2, h, w, false, scale[1], zero[1]);
    int slope = tflite_tensor(n->lite, "slope", LITE_I8, 3, (int[]){1, 1, 8}, whole_list(n, 8), 8);
    tflite_scale(n->lite, slope, 1, &scale[3], &zero[3], 0);
    tflite_scale(n->lite, bent, 1, &scale[2], &zero[2], 0);
    tflite_operator(n->lite, PRELU, 2, (int[]){x, slope}, bent, 0, NULL);
    int end = lite_whole(n, bent, 3, 8, h, w, false, 0.25f, -7);
    tflite_write(n->lite, in.id, 1, &end, "whole_prelu.tflite");
}

void refused_lite(struct net *n)
{
    struct map x = lite_begin(n, 3, 8, 8);
    x = lite_conv(n, x, 4, 3, 1);
    int t = lite_map(n, "prelu", &x, LITE_F32), l = lite_map(n, "lstm", &x, LITE_F32);
    tflite_operator(n->lite, PRELU, 1, &x.id, t, 0, NULL);
    tflite_operator(n->lite, LSTM, 1, &t, l, 0, NULL);
    /* behind them, shapes unknown: a dilation, an activation, and nothing wrong */
    int weight = lite_floats(n, "weight", 4, (int[]){4, 3, 3, 4}, noise_list(n->mem, &n->seed, 144, 1, 0), 144);
    int dilated = lite_map(n, "dilated", &x, LITE_F32), clamped = lite_map(n, "clamped", &x, LITE_F32);
    int end = lite_map(n, "end", &x, LITE_F32);
    tflite_operator(n->lite, CONV, 2, (int[]){l, weight}, dilated, 6, (int[]){SAME, 1, 1, 0, 2, 2});
    tflite_operator(n->lite, CONV, 2, (int[]){dilated, weight}, clamped, 4, (int[]){SAME, 1, 1, 2});
    tflite_operator(n->lite, CONV, 2, (int[]){clamped, weight}, end, 4, (int[]){SAME, 1, 1, 1});
    /* nothing that keeps a state, no softmax of other scores */
    float half = 0.5f;
    int bits, sharp = lite_map(n, "sharp", &x, LITE_F32), state = lite_map(n, "state", &x, LITE_F32);
    memcpy(&bits, &half, sizeof bits);
    tflite_operator(n->lite, RNN, 1, &end, state, 0, NULL);
    tflite_operator(n->lite, SOFTMAX, 1, &state, sharp, 1, &bits);
    tflite_write(n->lite, n->input.id, 1, &sharp, "refused_lite.tflite");
}
