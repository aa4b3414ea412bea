/* SPDX-License-Identifier: MIT */
/* make FOLDER: writes the models of tests/import, and for each that can be imported
 * x.vectors.safetensors with an input and what the network must make of it. */
#include "nets.h"

#include <math.h>
#include <string.h>
#include <unistd.h>

const char *named(struct net *n, const char *kind)
{
    return arena_format(n->mem, "/%s_%d", kind, n->count++);
}

struct window window(int k, int s, int pad, int groups)
{
    return (struct window){k, k, s, s, pad, pad, pad, pad, groups};
}

struct kernel kernel(struct net *n, int out, int in, int kh, int kw, bool bias)
{
    return (struct kernel){out,
                           in,
                           kh,
                           kw,
                           noise_list(n->mem, &n->seed, out * in * kh * kw, 2.0 / (1 + in * kh), 0),
                           bias ? noise_list(n->mem, &n->seed, out, 0.3, 0) : NULL};
}

void fill_input(struct net *n, int c, int h, int w)
{
    n->input = map_new(n->mem, c, h, w);
    for (int i = 0; i < c * h * w; i++)
        n->input.v[i] = (double)(float)noise(&n->seed);
}

/* ---- ONNX ---- */

struct map node(struct net *n, struct map y, const char *type, int nin, const int *in, const char *attributes)
{
    y.id = onnx_node(n->onnx, type, named(n, type), nin, in, attributes);
    return y;
}

int floats(struct net *n, int rank, const int64_t *shape, const float *v)
{
    return onnx_floats(n->onnx, named(n, "w"), rank, shape, v);
}

struct map conv(struct net *n, struct map x, int out, struct window w, bool bias)
{
    struct kernel k = kernel(n, out, x.c / w.groups, w.kh, w.kw, bias);
    int in[3] = {x.id, floats(n, 4, (int64_t[]){out, k.in, k.kh, k.kw}, k.w), -1};
    if (bias)
        in[2] = floats(n, 1, (int64_t[]){out}, k.b);
    return node(n, convolve(n->mem, &x, &k, &w), "Conv", bias ? 3 : 2, in,
                arena_format(n->mem, "kernel_shape=%d,%d strides=%d,%d pads=%d,%d,%d,%d group=%d dilations=1,1", w.kh,
                             w.kw, w.sh, w.sw, w.top, w.left, w.bottom, w.right, w.groups));
}

static struct map norm(struct net *n, struct map x)
{
    float *p[4], *factor = NEW_ARRAY(n->mem, float, x.c), *offset = NEW_ARRAY(n->mem, float, x.c);
    int in[5] = {x.id};
    for (int i = 0; i < 4; i++) {
        p[i] = noise_list(n->mem, &n->seed, x.c, 0.2, i == 0 || i == 3 ? 1 : 0);
        in[i + 1] = floats(n, 1, (int64_t[]){x.c}, p[i]);
    }
    for (int c = 0; c < x.c; c++) {
        double f = (double)p[0][c] / sqrt((double)p[3][c] + 1e-3);
        factor[c] = (float)f;
        offset[c] = (float)((double)p[1][c] - (double)p[2][c] * f);
    }
    return node(n, affine(n->mem, &x, factor, offset), "BatchNormalization", 5, in, "epsilon~0.001");
}

/* opset 9: the bounds are attributes */
static struct map clip(struct net *n, struct map x)
{
    return node(n, each(n->mem, &x, "relu6"), "Clip", 1, &x.id, "min~0 max~6");
}

static struct map relu(struct net *n, struct map x)
{
    return node(n, each(n->mem, &x, "relu"), "Relu", 1, &x.id, "");
}

struct map add(struct net *n, struct map a, struct map b)
{
    return node(n, sum_of(n->mem, &a, &b), "Add", 2, (int[]){a.id, b.id}, "");
}

static struct map mean(struct net *n, struct map x)
{
    struct window w = {x.h, x.w, 1, 1, 0, 0, 0, 0, 1};
    return node(n, pool(n->mem, &x, &w, true), "GlobalAveragePool", 1, &x.id, "");
}

/* A dense layer on a map of 1 x 1, or on what was flattened as c h w. */
static struct map gemm(struct net *n, struct map x, int out)
{
    int in = x.c * x.h * x.w;
    struct kernel k = kernel(n, out, in, 1, 1, true);
    struct map flat = {in, 1, 1, x.v, x.id};
    struct window w = window(1, 1, 0, 1);
    return node(n, convolve(n->mem, &flat, &k, &w), "Gemm", 3,
                (int[]){x.id, floats(n, 2, (int64_t[]){out, in}, k.w), floats(n, 1, (int64_t[]){out}, k.b)},
                "transB=1");
}

struct map onnx_begin(struct net *n, int opset, int c, int h, int w)
{
    n->onnx = onnx_new(n->mem, opset);
    fill_input(n, c, h, w);
    n->input.id = onnx_input(n->onnx, "image", 4, (int64_t[]){1, c, h, w}, false);
    return n->input;
}

/* ---- what must come out ---- */

static const unsigned char *raw(struct net *n, const double *v, int count, bool single)
{
    float *f = NEW_ARRAY(n->mem, float, count);
    for (int i = 0; i < count; i++)
        f[i] = (float)v[i];
    return single ? (const unsigned char *)f : (const unsigned char *)v;
}

static void write_vectors(struct net *n, struct tensor output, const char *path)
{
    int in = n->input.c * n->input.h * n->input.w;
    struct tensor t[] = {
        output,
        {"input", TENSOR_F32, 4, {1, n->input.c, n->input.h, n->input.w}, in, raw(n, n->input.v, in, true)},
    };
    if (!safetensors_write(path, t, 2))
        perror(path);
}

void vectors(struct net *n, struct map y, const char *path)
{
    int out = y.c * y.h * y.w;
    write_vectors(n, (struct tensor){"output", TENSOR_F64, 4, {1, y.c, y.h, y.w}, out, raw(n, y.v, out, false)}, path);
}

void whole_vectors(struct net *n, struct map y, const int8_t *v, const char *path)
{
    int out = y.c * y.h * y.w;
    write_vectors(n, (struct tensor){"output_q", TENSOR_I8, 4, {1, y.c, y.h, y.w}, out, (const unsigned char *)v},
                  path);
}

void finish(struct net *n, struct map y, const char *name)
{
    onnx_write(n->onnx, 1, &y.id, arena_format(n->mem, "%s.onnx", name));
    vectors(n, y, arena_format(n->mem, "%s.vectors.safetensors", name));
}

/* ---- the models ---- */

static struct map inverted(struct net *n, struct map x, int hidden, int out, int s)
{
    struct map h = clip(n, norm(n, conv(n, x, hidden, window(1, 1, 0, 1), false)));
    h = clip(n, norm(n, conv(n, h, hidden, window(3, s, 1, hidden), false)));
    h = norm(n, conv(n, h, out, window(1, 1, 0, 1), false));
    return out == x.c && s == 1 ? add(n, x, h) : h;
}

/* MobileNetV2 as PyTorch exports it at opset 9: norms apart, Clip with attributes, view(x.size(0),
 * -1). */
static void mobile(struct net *n)
{
    struct map x = onnx_begin(n, 9, 3, 24, 24);
    x = clip(n, norm(n, conv(n, x, 8, window(3, 2, 1, 1), false)));
    x = inverted(n, x, 16, 12, 2);
    x = inverted(n, x, 24, 12, 1);
    x = inverted(n, x, 24, 16, 1);
    x = mean(n, x);
    int zero = onnx_node(n->onnx, "Constant", "/zero", 0, NULL, "value_int=0");
    int shape = onnx_node(n->onnx, "Shape", "/shape", 1, &x.id, "");
    int batch = onnx_node(n->onnx, "Gather", "/batch", 2, (int[]){shape, zero}, "axis=0");
    int list =
        onnx_node(n->onnx, "Unsqueeze", "/list", 2, (int[]){batch, onnx_ints(n->onnx, "axes", 1, (int64_t[]){0})}, "");
    int to =
        onnx_node(n->onnx, "Concat", "/to", 2, (int[]){list, onnx_ints(n->onnx, "rest", 1, (int64_t[]){-1})}, "axis=0");
    x.id = onnx_node(n->onnx, "Reshape", "/view", 2, (int[]){x.id, to}, "");
    x = gemm(n, x, 5);
    finish(n, x, "mobile");
}

/* x * relu6(x + 3) / 6 in single steps */
static struct map hard_swish(struct net *n, struct map x)
{
    float three = 3, six = 6, zero = 0;
    int shifted = onnx_node(n->onnx, "Add", named(n, "shift"), 2, (int[]){x.id, floats(n, 0, NULL, &three)}, "");
    int low = floats(n, 0, NULL, &zero), high = floats(n, 0, NULL, &six);
    int clipped = onnx_node(n->onnx, "Clip", named(n, "clip"), 3, (int[]){shifted, low, high}, "");
    int divided = onnx_node(n->onnx, "Div", named(n, "div"), 2, (int[]){clipped, high}, "");
    return node(n, each(n->mem, &x, "hswish"), "Mul", 2, (int[]){x.id, divided}, "");
}

/* As tf2onnx writes Keras networks: the image N,H,W,C and transposed, pads apart, a flatten behind
 * a transpose. */
static void residual(struct net *n)
{
    n->onnx = onnx_new(n->mem, 13);
    fill_input(n, 3, 17, 15);
    struct map x = n->input;
    int image = onnx_input(n->onnx, "image", 4, (int64_t[]){1, 17, 15, 3}, false);
    x.id = onnx_node(n->onnx, "Transpose", "/to_nchw", 1, &image, "perm=0,3,1,2");
    x.id =
        onnx_node(n->onnx, "Pad", "/pad", 2,
                  (int[]){x.id, onnx_ints(n->onnx, "pads", 8, (int64_t[]){0, 0, 0, 1, 0, 0, 2, 1})}, "mode:constant");
    struct kernel k = kernel(n, 8, 3, 3, 3, true);
    struct window w = {3, 3, 2, 2, 0, 2, 1, 1, 1};
    x = node(n, convolve(n->mem, &n->input, &k, &w), "Conv", 3,
             (int[]){x.id, floats(n, 4, (int64_t[]){8, 3, 3, 3}, k.w), floats(n, 1, (int64_t[]){8}, k.b)},
             "kernel_shape=3,3 strides=2,2");
    x = hard_swish(n, x);
    for (int i = 0; i < 2; i++) {
        struct map y = relu(n, conv(n, x, 8 + 8 * i, window(3, 1 + i, 1, 1), true));
        y = conv(n, y, y.c, window(3, 1, 1, 1), true);
        if (i)
            x = conv(n, x, y.c, window(1, 2, 0, 1), true);
        x = relu(n, add(n, y, x));
    }
    struct window two = {2, 2, 2, 2, 0, 0, 0, 0, 1};
    x = node(n, pool(n->mem, &x, &two, false), "MaxPool", 1, &x.id, "kernel_shape=2,2 strides=2,2");
    /* flattened as h w c: rows of the weight follow */
    int count = x.c * x.h * x.w;
    struct kernel d = kernel(n, 4, count, 1, 1, true), moved = d;
    moved.w = NEW_ARRAY(n->mem, float, 4 * count);
    for (int o = 0; o < 4; o++)
        for (int i = 0; i < count; i++)
            moved.w[o * count + i % x.c * (x.h * x.w) + i / x.c] = d.w[o * count + i];
    struct map flat = {count, 1, 1, x.v, -1};
    struct window one = window(1, 1, 0, 1);
    struct map y = convolve(n->mem, &flat, &moved, &one);
    int back = onnx_node(n->onnx, "Transpose", "/to_nhwc", 1, &x.id, "perm=0,2,3,1");
    int flatten = onnx_node(n->onnx, "Reshape", "/flatten", 2,
                            (int[]){back, onnx_ints(n->onnx, "flat", 2, (int64_t[]){1, count})}, "");
    int turned =
        onnx_node(n->onnx, "Transpose", "/weight", 1, (int[]){floats(n, 2, (int64_t[]){4, count}, d.w)}, "perm=1,0");
    y = node(n, y, "MatMul", 2, (int[]){flatten, turned}, "");
    y.id = onnx_node(n->onnx, "Add", "/bias", 2, (int[]){y.id, floats(n, 1, (int64_t[]){4}, d.b)}, "");
    int end = onnx_node(n->onnx, "Softmax", "/softmax", 1, &y.id, "axis=1");
    vectors(n, y, "residual.vectors.safetensors");
    onnx_write(n->onnx, 1, &end, "residual.onnx");
}

/* Two ways that are no block, an upsampling, a scale that nothing takes, a signal's output as a
 * map. */
static void tangle(struct net *n)
{
    struct map x = onnx_begin(n, 17, 2, 10, 6), a, b;
    float *scale = noise_list(n->mem, &n->seed, 2, 0.3, 1), *shift = noise_list(n->mem, &n->seed, 2, 0.3, 0);
    x = node(n, affine(n->mem, &x, scale, NULL), "Mul", 2, (int[]){x.id, floats(n, 3, (int64_t[]){2, 1, 1}, scale)},
             "");
    x = node(n, affine(n->mem, &x, NULL, shift), "Add", 2, (int[]){x.id, floats(n, 4, (int64_t[]){1, 2, 1, 1}, shift)},
             "");
    a = relu(n, conv(n, x, 6, window(3, 1, 1, 1), true));
    b = relu(n, conv(n, a, 6, window(3, 1, 1, 3), true));
    a = add(n, add(n, a, b), conv(n, x, 6, window(1, 1, 0, 1), false));
    struct window two = {2, 2, 2, 2, 0, 0, 0, 0, 1};
    b = node(n, pool(n->mem, &a, &two, true), "AveragePool", 1, &a.id, "kernel_shape=2,2 strides=2,2");
    b = conv(n, b, 6, (struct window){3, 1, 1, 1, 1, 1, 0, 0, 6}, true);
    b = node(n, each(n->mem, &b, "sigmoid"), "Sigmoid", 1, &b.id, "");
    finish(n,
           conv(n,
                add(n, b, node(n, pool(n->mem, &a, &two, false), "MaxPool", 1, &a.id, "kernel_shape=2,2 strides=2,2")),
                2, window(1, 1, 0, 1), true),
           "tangle");
}

/* Activations by the names and attributes that ONNX has: behind convolutions, and behind a pool. */
static void activations(struct net *n)
{
    static const struct {
        const char *what, *type, *attributes;
    } list[] = {{"leaky_relu", "LeakyRelu", "alpha~0.2"},
                {"elu", "Elu", "alpha~1.5"},
                {"tanh", "Tanh", ""},
                {"softplus", "Softplus", ""},
                {"abs", "Abs", ""},
                {"sigmoid", "Sigmoid", ""}};
    struct map x = onnx_begin(n, 17, 2, 8, 6);
    for (size_t i = 0; i < sizeof list / sizeof *list; i++) {
        x = conv(n, x, 4, window(3, 1, 1, 1), true);
        x = node(n, each(n->mem, &x, list[i].what), list[i].type, 1, &x.id, list[i].attributes);
    }
    struct window two = {2, 2, 2, 2, 0, 0, 0, 0, 1};
    x = node(n, pool(n->mem, &x, &two, true), "AveragePool", 1, &x.id, "kernel_shape=2,2 strides=2,2");
    x = node(n, each(n->mem, &x, "tanh"), "Tanh", 1, &x.id, "");
    x = node(n, each(n->mem, &x, "leaky_relu"), "LeakyRelu", 1, &x.id, "alpha~0.2");
    finish(n, conv(n, x, 2, window(1, 1, 0, 1), true), "activations");
}

/* Products that are activations or a squeeze-and-excite, maps side by side, neighbours, and bounds in two steps; the means
 * over one axis and then the other. */
static void gates(struct net *n)
{
    float one = 1, half = 0.5f, root = 1.41421356f, six = 6, zero = 0;
    struct map x = conv(n, onnx_begin(n, 18, 2, 6, 8), 4, window(3, 1, 1, 1), true);
    int gate = onnx_node(n->onnx, "Sigmoid", named(n, "gate"), 1, &x.id, "");
    x = node(n, each(n->mem, &x, "silu"), "Mul", 2, (int[]){x.id, gate}, "");
    x = conv(n, x, 4, window(3, 1, 1, 1), true);
    int part = onnx_node(n->onnx, "Div", named(n, "div"), 2, (int[]){x.id, floats(n, 0, NULL, &root)}, "");
    part = onnx_node(n->onnx, "Erf", named(n, "erf"), 1, &part, "");
    part = onnx_node(n->onnx, "Add", named(n, "add"), 2, (int[]){part, floats(n, 0, NULL, &one)}, "");
    part = onnx_node(n->onnx, "Mul", named(n, "mul"), 2, (int[]){x.id, part}, "");
    x = node(n, each(n->mem, &x, "gelu"), "Mul", 2, (int[]){part, floats(n, 0, NULL, &half)}, "");
    struct map s = relu(n, conv(n, mean(n, x), 2, window(1, 1, 0, 1), true));
    s = conv(n, s, 4, window(1, 1, 0, 1), true);
    s = node(n, each(n->mem, &s, "sigmoid"), "Sigmoid", 1, &s.id, "");
    x = node(n, product_of(n->mem, &x, &s), "Mul", 2, (int[]){x.id, s.id}, "");
    struct map small = conv(n, x, 3, window(3, 2, 1, 1), true);
    int low = onnx_node(n->onnx, "Max", named(n, "max"), 2, (int[]){small.id, floats(n, 0, NULL, &zero)}, "");
    small = node(n, each(n->mem, &small, "relu6"), "Min", 2, (int[]){low, floats(n, 0, NULL, &six)}, "");
    float by[4] = {1, 1, 2, 2};
    int none = floats(n, 1, (int64_t[]){0}, by), scales = floats(n, 1, (int64_t[]){4}, by);
    struct map y = node(n, doubled(n->mem, &small), "Resize", 3, (int[]){small.id, none, scales},
                        "mode:nearest nearest_mode:floor coordinate_transformation_mode:asymmetric");
    x = node(n, beside(n->mem, &x, &y), "Concat", 2, (int[]){x.id, y.id}, "axis=1");
    struct window whole = {x.h, x.w, 1, 1, 0, 0, 0, 0, 1};
    part = onnx_node(n->onnx, "ReduceMean", named(n, "mean"), 2,
                     (int[]){x.id, onnx_ints(n->onnx, "width", 1, (int64_t[]){3})}, "keepdims=0");
    x = node(n, pool(n->mem, &x, &whole, true), "ReduceMean", 2,
             (int[]){part, onnx_ints(n->onnx, "height", 1, (int64_t[]){2})}, "keepdims=0");
    finish(n, gemm(n, x, 3), "gates");
}

/* Slices and pads of channels, a transposed convolution, resizing with corners and edges aligned. */
static void parts(struct net *n)
{
    struct map x = relu(n, conv(n, onnx_begin(n, 18, 3, 5, 6), 6, window(3, 1, 1, 1), true));
    int from = onnx_ints(n->onnx, "from", 1, (int64_t[]){1}), to = onnx_ints(n->onnx, "to", 1, (int64_t[]){-1});
    int axis = onnx_ints(n->onnx, "axis", 1, (int64_t[]){1});
    int pads = onnx_ints(n->onnx, "pads", 8, (int64_t[]){0, 1, 0, 0, 0, 2, 0, 0});
    struct map a = node(n, channels_of(n->mem, &x, 1, 4), "Slice", 4, (int[]){x.id, from, to, axis}, "");
    struct map b = node(n, channels_of(n->mem, &a, -1, 7), "Pad", 2, (int[]){a.id, pads}, "");
    float *w = noise_list(n->mem, &n->seed, 7 * 4 * 9, 0.3, 0);
    struct map t =
        node(n, transposed(n->mem, &b, 4, 3, 2, 1, 1, w), "ConvTranspose", 2,
             (int[]){b.id, floats(n, 4, (int64_t[]){7, 4, 3, 3}, w)}, "strides=2,2 pads=1,1,1,1 output_padding=1,1");
    t = node(n, transposed(n->mem, &t, 4, 3, 1, 1, 0, w), "ConvTranspose", 2,
             (int[]){t.id, floats(n, 4, (int64_t[]){4, 4, 3, 3}, w)}, "pads=1,1,1,1");
    int size = onnx_ints(n->onnx, "size", 4, (int64_t[]){1, 6, 10, 12});
    struct map c = node(n, aligned(n->mem, &x, 10, 12, true), "Resize", 4, (int[]){x.id, -1, -1, size},
                        "mode:linear coordinate_transformation_mode:align_corners");
    size = onnx_ints(n->onnx, "size2", 4, (int64_t[]){1, 4, 10, 12});
    struct map e = node(n, aligned(n->mem, &a, 10, 12, false), "Resize", 4, (int[]){a.id, -1, -1, size},
                        "mode:linear coordinate_transformation_mode:asymmetric");
    struct map y = node(n, beside(n->mem, &t, &c), "Concat", 2, (int[]){t.id, c.id}, "axis=1");
    y = node(n, beside(n->mem, &y, &e), "Concat", 2, (int[]){y.id, e.id}, "axis=1");
    y = conv(n, y, 3, window(3, 2, 1, 1), true);
    y.id = onnx_node(n->onnx, "Flatten", "/flatten", 1, &y.id, "");
    finish(n, gemm(n, y, 3), "parts");
}

/* Quantised by pairs of QuantizeLinear and DequantizeLinear: imported as int8. */
static struct map pair(struct net *n, struct map x, float scale, int zero)
{
    int s = floats(n, 0, NULL, &scale);
    int z = onnx_bytes(n->onnx, named(n, "zero"), true, 0, NULL, &(int8_t){(int8_t)zero});
    x.id = onnx_node(n->onnx, "QuantizeLinear", named(n, "q"), 3, (int[]){x.id, s, z}, "");
    x.id = onnx_node(n->onnx, "DequantizeLinear", named(n, "dq"), 3, (int[]){x.id, s, z}, "");
    return x;
}

int8_t *whole_list(struct net *n, int count)
{
    int8_t *v = NEW_ARRAY(n->mem, int8_t, count);
    for (int i = 0; i < count; i++)
        v[i] = (int8_t)(noise(&n->seed) * 127);
    return v;
}

static struct map quantised_conv(struct net *n, struct map x, int out, struct window w)
{
    int in = x.c / w.groups, count = out * in * w.kh * w.kw;
    int q = onnx_bytes(n->onnx, named(n, "w"), true, 4, (int64_t[]){out, in, w.kh, w.kw}, whole_list(n, count));
    int s = floats(n, 1, (int64_t[]){out}, noise_list(n->mem, &n->seed, out, 0.001, 0.005));
    int dq = onnx_node(n->onnx, "DequantizeLinear", named(n, "dq"), 2, (int[]){q, s}, "axis=0");
    struct map y = map_new(n->mem, out, (x.h + 2 * w.top - w.kh) / w.sh + 1, (x.w + 2 * w.left - w.kw) / w.sw + 1);
    return node(n, y, "Conv", 3,
                (int[]){x.id, dq, floats(n, 1, (int64_t[]){out}, noise_list(n->mem, &n->seed, out, 1, 0))},
                arena_format(n->mem, "strides=%d,%d pads=%d,%d,%d,%d group=%d", w.sh, w.sw, w.top, w.left, w.bottom,
                             w.right, w.groups));
}

static void quantised(struct net *n)
{
    struct map x = pair(n, onnx_begin(n, 13, 3, 8, 8), 1 / 64.0f, 0);
    x = pair(n, relu(n, quantised_conv(n, x, 8, window(3, 2, 1, 1))), 0.05f, -128);
    x = pair(n, relu(n, quantised_conv(n, x, 8, window(3, 1, 1, 8))), 0.04f, -128);
    x = pair(n, quantised_conv(n, x, 4, window(4, 1, 0, 1)), 0.1f, 3);
    onnx_write(n->onnx, 1, &x.id, "quantised.onnx");
}

/* Norms in front: of the image, and of each block, where what they read is also added behind. */
static void preactivated(struct net *n)
{
    struct map x = norm(n, onnx_begin(n, 13, 3, 12, 12));
    x = conv(n, x, 8, window(3, 1, 1, 1), true);
    for (int i = 0; i < 4; i++) {
        struct map y = relu(n, norm(n, x));
        y = relu(n, norm(n, conv(n, y, 8, window(3, 1, 1, 1), false)));
        x = add(n, conv(n, y, 8, window(3, 1, 1, 1), false), x);
    }
    x = mean(n, relu(n, norm(n, x)));
    x.id = onnx_node(n->onnx, "Flatten", "/flatten", 1, &x.id, "");
    finish(n, gemm(n, x, 5), "preactivated");
}

/* A signal, and explicit pads that TensorFlow's rule would also give for this length. */
static void signal_net(struct net *n)
{
    n->onnx = onnx_new(n->mem, 13);
    fill_input(n, 2, 16, 1);
    struct map x = n->input;
    struct kernel k = kernel(n, 4, 2, 3, 1, true);
    x.id = onnx_input(n->onnx, "signal", 3, (int64_t[]){1, 2, 16}, false);
    x = node(n, convolve(n->mem, &x, &k, &(struct window){3, 1, 2, 1, 0, 1, 0, 0, 1}), "Conv", 3,
             (int[]){x.id, floats(n, 3, (int64_t[]){4, 2, 3}, k.w), floats(n, 1, (int64_t[]){4}, k.b)},
             "kernel_shape=3, strides=2, pads=0,1");
    /* a name in Greek, a byte that is no character, one that would turn the line around, cut within a character */
    const char *name = "/\u03c3\u03ae\u03bc\u03b1/\xce/\u202e/\u03b2\u03b2\u03b2\u03b2\u03b2\u03b2\u03b2\u03b2\u03b2"
                       "\u03b2\u03b2\u03b2\u03b2\u03b2\u03b2\u03b2\u03b2\u03b2";
    int flat = onnx_node(n->onnx, "Flatten", "/flatten", 1, &x.id, "");
    struct kernel d = kernel(n, 3, 32, 1, 1, true);
    struct map y = {32, 1, 1, x.v, flat};
    y = convolve(n->mem, &y, &d, &(struct window){1, 1, 1, 1, 0, 0, 0, 0, 1});
    y.id =
        onnx_node(n->onnx, "Gemm", name, 3,
                  (int[]){flat, floats(n, 2, (int64_t[]){3, 32}, d.w), floats(n, 1, (int64_t[]){3}, d.b)}, "transB=1");
    finish(n, y, "signal");
}

/* Functions of the file's own: one that is called twice, the second time by another one. */
static void functions(struct net *n)
{
    struct map x = onnx_begin(n, 13, 3, 8, 8);
    for (int i = 0; i < 2; i++) {
        x = conv(n, x, 3, window(3, 1, 1, 1), true);
        x = node(n, each(n->mem, &x, "leaky_relu"), "LeakyRelu", 1, &x.id, "alpha~0.2");
        x.id = onnx_function(n->onnx, "pkg.torch.3", "block", 2, "alpha");
    }
    x = conv(n, x, 3, window(3, 1, 1, 1), true);
    x = node(n, each(n->mem, &x, "leaky_relu"), "LeakyRelu", 1, &x.id, "alpha~0.2");
    x.id = onnx_function(n->onnx, "pkg.torch.3", "usual", 2, "alpha");
    x = relu(n, x);
    x.id = onnx_function(n->onnx, "pkg.torch.3", "outer", 2, NULL);
    finish(n, conv(n, x, 4, window(8, 1, 0, 1), true), "functions");
}

/* ---- what cannot be imported ---- */

static void refused(struct net *n)
{
    struct map x = onnx_begin(n, 13, 3, 8, 8);
    x = conv(n, x, 4, window(3, 1, 1, 1), true);
    x.id = onnx_node(n->onnx, "Selu", "/selu", 1, &x.id, "");
    int more = onnx_node(n->onnx, "LSTM", "/lstm", 1, &x.id, "");
    x.id = onnx_node(n->onnx, "Concat", "/concat", 2, (int[]){x.id, more}, "axis=1");
    onnx_write(n->onnx, 1, &x.id, "refused.onnx");

    x = conv(n, onnx_begin(n, 13, 3, 8, 8), 4, window(3, 1, 1, 1), true);
    int groups = onnx_ints(n->onnx, "groups", 5, (int64_t[]){1, 2, 2, 8, 8});
    x.id = onnx_node(n->onnx, "Reshape", "/groups", 2, (int[]){x.id, groups}, "");
    x.id = onnx_node(n->onnx, "Transpose", "/shuffle", 1, &x.id, "perm=0,2,1,3,4");
    onnx_write(n->onnx, 1, &x.id, "shuffled.onnx");

    x = conv(n, onnx_begin(n, 13, 3, 8, 8), 4, window(3, 1, 1, 1), true);
    x.id = onnx_node(n->onnx, "DepthToSpace", "/pixels", 1, &x.id, "blocksize=2");
    onnx_write(n->onnx, 1, &x.id, "pixels.onnx");

    x = onnx_begin(n, 13, 3, 8, 8);
    x.id = onnx_node(n->onnx, "circle", "/circle", 1, &x.id, "");
    onnx_write(n->onnx, 1, (int[]){onnx_function(n->onnx, "", "circle", 1, NULL)}, "circle.onnx");

    n->onnx = onnx_new(n->mem, 13);
    x.id = onnx_input(n->onnx, "image", 4, (int64_t[]){1, 3, 8, 8}, true);
    x = relu(n, conv(n, x, 4, window(3, 1, 1, 1), true));
    onnx_write(n->onnx, 1, &x.id, "any_size.onnx");

    x = onnx_begin(n, 13, 3, 8, 8);
    struct map a = conv(n, x, 4, window(3, 1, 1, 1), true), b = relu(n, a);
    onnx_write(n->onnx, 2, (int[]){a.id, b.id}, "two_outputs.onnx");

    x = onnx_begin(n, 18, 3, 8, 8); /* imported, with two warnings: exported while training */
    x = conv(n, x, 4, window(3, 1, 1, 1), true);
    int p[4];
    for (int i = 0; i < 4; i++)
        p[i] = floats(n, 1, (int64_t[]){4}, noise_list(n->mem, &n->seed, 4, 0.2, 1));
    x.id =
        onnx_node(n->onnx, "BatchNormalization", "/norm", 5, (int[]){x.id, p[0], p[1], p[2], p[3]}, "training_mode=1");
    int training = onnx_bytes(n->onnx, "training", false, 0, NULL, (int8_t[]){1});
    x.id = onnx_node(n->onnx, "Dropout", "/dropout", 3, (int[]){x.id, -1, training}, "");
    x = conv(n, x, 4, window(8, 1, 0, 1), true);
    onnx_write(n->onnx, 1, &x.id, "new_opset.onnx");
}

/* Whatever is not supported is named, also where shapes are unknown; nothing that is supported is. */
static void refused_all(struct net *n)
{
    struct map x = onnx_begin(n, 13, 3, 8, 8);
    float one = -1, two = 1;
    x = conv(n, x, 4, window(3, 1, 1, 1), true);
    int gate = onnx_node(n->onnx, "Sigmoid", "/sigmoid", 1, &x.id, "");
    x.id = onnx_node(n->onnx, "Mul", "/silu", 2, (int[]){x.id, gate}, "");
    x.id = onnx_node(n->onnx, "Selu", "/selu", 1, &x.id, "");
    x.id = onnx_node(n->onnx, "Concat", "/concat", 2, (int[]){x.id, gate}, "axis=1");
    x = relu(n, conv(n, x, 4, window(3, 1, 1, 1), true));
    int weight = floats(n, 4, (int64_t[]){1, 4, 3, 3}, noise_list(n->mem, &n->seed, 36, 1, 0));
    x.id = onnx_node(n->onnx, "Conv", "/dilated", 2, (int[]){x.id, weight}, "pads=2,2,2,2 dilations=2,2");
    x.id =
        onnx_node(n->onnx, "Clip", "/clip", 3, (int[]){x.id, floats(n, 0, NULL, &one), floats(n, 0, NULL, &two)}, "");
    gate = onnx_node(n->onnx, "Sigmoid", "/sigmoid2", 1, &x.id, "");
    x.id = onnx_node(n->onnx, "Mul", "/silu2", 2, (int[]){x.id, gate}, "");
    gate = onnx_node(n->onnx, "HardSigmoid", "/hard", 1, &x.id, "alpha~0.16666667");
    x.id = onnx_node(n->onnx, "Mul", "/hard_swish", 2, (int[]){x.id, gate}, "");
    x.id = onnx_node(n->onnx, "AveragePool", "/mean", 1, &x.id, "kernel_shape=3,3 pads=1,1,1,1");
    x.id = onnx_node(n->onnx, "Resize", "/nearest", 1, &x.id, "mode:nearest");
    x.id = onnx_node(n->onnx, "Flatten", "/flatten", 1, &x.id, "");
    x.id = onnx_node(n->onnx, "MatMul", "/attention", 2, (int[]){x.id, x.id}, "");
    x.id = onnx_node(n->onnx, "ArgMax", "/argmax", 1, &x.id, "");
    onnx_write(n->onnx, 1, &x.id, "refused_all.onnx");
}

int main(int argc, char **argv)
{
    static void (*const models[])(struct net *) = {
        mobile,      residual,     tangle,     quantised,   separable,        whole, refused, refused_lite,
        refused_all, preactivated, signal_net, activations, lite_activations, gates, parts,   functions,
        whole_prelu, split,        lite_parts, whole_parts, named_axes};
    struct arena *mem = arena_new();
    if (argc != 2 || chdir(argv[1])) {
        fputs("usage: make FOLDER\n", stderr);
        return 2;
    }
    for (size_t i = 0; i < sizeof models / sizeof *models; i++)
        models[i](&(struct net){.mem = mem, .seed = 17 + i});
    arena_free(mem);
    return 0;
}
