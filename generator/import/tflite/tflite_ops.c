/* SPDX-License-Identifier: MIT */
/* The operators of TFLite that can be imported, one function each, and a table of them by name. */
#include "import/tflite/tflite.h"

#include <math.h>
#include <string.h>

/* ---- small helpers ---- */

static double option_float(struct operator_reading *r, int field)
{
    uint32_t bits = (uint32_t)flat_unsigned(r->flat, r->options, field, 4, 0);
    float v;
    memcpy(&v, &bits, sizeof v);
    return (double)v;
}

static bool is_constant(const struct value *v)
{
    return v && v->t.data;
}

enum { ACT_NONE = 0, ACT_RELU = 1, ACT_RELU6 = 3 };

/* False after a message if the activation inside an operator is not supported. */
static bool look_at_act(struct operator_reading *r, int field)
{
    static const char *const names[] = {"NONE", "RELU", "RELU_N1_TO_1", "RELU6", "TANH", "SIGN_BIT"};
    int act = option_byte(r, field);
    if (act == ACT_NONE || act == ACT_RELU || act == ACT_RELU6)
        return true;
    refuse(r->m, "train the network with relu or relu6", "with the activation %s is not supported",
           act > 0 && act < 6 ? names[act] : "of an unknown number");
    return false;
}

/* The activation inside an operator, which was looked at, as an operator of its own. */
static struct value *fused(struct operator_reading *r, int field, struct value *v)
{
    int act = option_byte(r, field);
    return !v || act == ACT_NONE ? v : model_clip(r->m, v, 0, act == ACT_RELU ? INFINITY : 6);
}

/* Padding (field 0: 0 is SAME, 1 VALID) and strides of an operator whose kernel is in w->k. */
static bool read_window(struct operator_reading *r, const struct value *x, struct operation *w)
{
    int padding = option_byte(r, 0);
    w->s[1] = option_int(r, 1, 0);
    w->s[0] = option_int(r, 2, 0);
    if (padding != 0 && padding != 1) {
        refuse(r->m, NULL, "padding %d", padding);
        return false;
    }
    if (padding == 0)
        same_pads(w, x->map.h, x->map.w, true);
    return true;
}

/* ---- convolution, dense ---- */

/* `field` is that of the horizontal dilation. */
static void read_dilation(struct operator_reading *r, int field, struct operation *w)
{
    w->d[1] = option_int(r, field, 1);
    w->d[0] = option_int(r, field + 1, 1);
}

static bool look_at_conv(struct operator_reading *r)
{
    return look_at_act(r, 3);
}

static bool look_at_depthwise(struct operator_reading *r)
{
    return look_at_act(r, 4);
}

static bool look_at_dense(struct operator_reading *r)
{
    return look_at_act(r, 0);
}

/* weight: O kh kw I */
static struct value *conv(struct operator_reading *r)
{
    struct value *x = r->in[0], *v = r->in[1];
    if (!is_constant(v) || v->t.rank != 4)
        return refuse(r->m, NULL, "its weight is not a constant of 4 axes");
    const int64_t *s = v->t.shape;
    struct weights *w = weights_new(r->m, v, (int64_t[]){s[0], s[3], s[1], s[2]},
                                    (int64_t[]){s[1] * s[2] * s[3], 1, s[2] * s[3], s[3]}, 0);
    if (!w || !weights_bias(r->m, w, r->in[2], x))
        return NULL;
    struct operation like = {.k = {w->kh, w->kw}, .groups = x->map.c / w->in};
    read_dilation(r, 4, &like);
    if (!read_window(r, x, &like))
        return NULL;
    return fused(r, 3, model_conv(r->m, x, &like, w));
}

/* weight: 1 kh kw C, C a multiple of the input's channels */
static struct value *depthwise(struct operator_reading *r)
{
    struct value *x = r->in[0], *v = r->in[1];
    if (!is_constant(v) || v->t.rank != 4 || v->t.shape[0] != 1)
        return refuse(r->m, NULL, "its weight is not a constant of 4 axes that begin with 1");
    const int64_t *s = v->t.shape;
    struct weights *w = weights_new(r->m, v, (int64_t[]){s[3], 1, s[1], s[2]}, (int64_t[]){1, 0, s[2] * s[3], s[3]}, 3);
    if (!w || !weights_bias(r->m, w, r->in[2], x))
        return NULL;
    struct operation like = {.k = {w->kh, w->kw}, .groups = x->map.c};
    read_dilation(r, 5, &like);
    if (!read_window(r, x, &like))
        return NULL;
    return fused(r, 4, model_conv(r->m, x, &like, w));
}

/* output_shape, weight: O kh kw I, x [, bias] */
static struct value *transposed(struct operator_reading *r)
{
    struct value *x = r->in[2], *v = r->in[1];
    int padding = option_byte(r, 0);
    struct operation like = {.s = {option_int(r, 2, 0), option_int(r, 1, 0)}, .groups = 1};
    if (!x || x->t.data || !is_constant(v) || v->t.rank != 4 || r->rank != 4)
        return refuse(r->m, NULL, "its weight is not a constant of 4 axes, or it reads no map");
    const int64_t *s = v->t.shape;
    struct weights *w = weights_new(r->m, v, (int64_t[]){s[0], s[3], s[1], s[2]},
                                    (int64_t[]){s[1] * s[2] * s[3], 1, s[2] * s[3], s[3]}, 0);
    if (!w || (r->nin > 3 && !weights_bias(r->m, w, r->in[3], x)))
        return NULL;
    for (int i = 0; i < 2; i++) {
        int64_t size = i ? x->map.w : x->map.h, all = (size - 1) * like.s[i] + s[1 + i] - r->shape[1 + i];
        like.pad[2 * i] = padding == 0 && all > 0 && all <= LARGEST_SIZE ? (int)all / 2 : 0;
        if (r->shape[1 + i] < 1 || r->shape[1 + i] > LARGEST_SIZE)
            return refuse(r->m, NULL, "makes a map of size %lld", (long long)r->shape[1 + i]);
    }
    return fused(r, 3, model_transposed(r->m, x, &like, w, (int)r->shape[1], (int)r->shape[2]));
}

/* weight: O I.  Of every pixel of a map it is a convolution of size 1, else the input counts as a vector, whatever its axes. */
static struct value *dense(struct operator_reading *r)
{
    struct value *x = r->in[0], *v = r->in[1];
    if (!is_constant(v) || v->t.rank != 2 || option_byte(r, 1))
        return refuse(r->m, NULL, "its weight is not a constant matrix, or shuffled");
    int64_t o = v->t.shape[0], k = v->t.shape[1];
    bool pixels = x->t.count != k && r->rank == x->t.rank && x->t.rank > 2 && channel_axis(x) == x->t.rank - 1;
    if (pixels && x->map.c == k) {
        struct weights *w = weights_new(r->m, v, (int64_t[]){o, k, 1, 1}, (int64_t[]){k, 1, 0, 0}, 0);
        const struct operation like = {.s = {1, 1}, .d = {1, 1}, .groups = 1};
        return w && weights_bias(r->m, w, r->in[2], x) ? fused(r, 0, model_conv(r->m, x, &like, w)) : NULL;
    }
    if (x->t.count != k)
        return refuse(r->m, NULL, "a weight for %lld inputs does not fit %s", (long long)k,
                      tensor_shape_text(r->m->mem, &x->t));
    struct weights *w = weights_new(r->m, v, (int64_t[]){o, k, 1, 1}, (int64_t[]){k, 1, 0, 0}, 0);
    if (!w || !weights_bias(r->m, w, r->in[2], x))
        return NULL;
    if (x->t.rank != 2)
        x = model_reshape(r->m, x, 2, (int64_t[]){1, k});
    struct value *y = x ? fused(r, 0, model_dense(r->m, x, w)) : NULL;
    if (y && r->rank > 2 && count_of(r->rank, r->shape) == o && r->shape[r->rank - 1] == o)
        y = model_reshape(r->m, y, r->rank, r->shape);
    return y;
}

/* ---- sums, products ---- */

static bool look_at_arithmetic(struct operator_reading *r)
{
    return look_at_act(r, 0);
}

/* a (+ - * /) b, where one may be a constant for each channel. */
static struct value *arithmetic(struct operator_reading *r)
{
    char op = r->m->type[0];
    bool first = is_constant(r->in[0]);
    struct value *x = r->in[first ? 1 : 0], *other = r->in[first ? 0 : 1];
    enum op_kind kind = op == 'A' ? OP_ADD : op == 'S' ? OP_SUB : op == 'M' ? OP_MUL : OP_DIV;
    if (!is_constant(other))
        return fused(r, 0, model_add(r->m, kind, x, other));
    if (is_constant(x))
        return refuse(r->m, NULL, "of two constants is not supported");
    return fused(r, 0, model_affine(r->m, x, op, first, other));
}

/* ---- pools, means ---- */

static bool look_at_pool(struct operator_reading *r)
{
    return look_at_act(r, 5);
}

static struct value *pool(struct operator_reading *r)
{
    struct value *x = r->in[0];
    bool average = r->m->type[0] == 'A';
    struct operation w = {.k = {option_int(r, 4, 0), option_int(r, 3, 0)}};
    if (!read_window(r, x, &w))
        return NULL;
    w.inside = average;
    return fused(r, 5, model_pool(r->m, average ? OP_AVG_POOL : OP_MAX_POOL, x, &w));
}

static struct value *mean(struct operator_reading *r)
{
    const struct value *axes = r->in[1];
    int rank = r->in[0]->t.rank;
    unsigned mask = 0;
    if (!is_constant(axes) || axes->t.count > TENSOR_RANK)
        return refuse(r->m, NULL, "its axes are not constants");
    for (int64_t i = 0; i < axes->t.count; i++) {
        int64_t axis = constant_whole(axes, i);
        axis += axis < 0 ? rank : 0;
        mask |= axis >= 0 && axis < rank ? 1u << axis : 0;
    }
    struct value *y = model_mean(r->m, r->in[0], mask, option_byte(r, 0) != 0);
    if (y)
        y->def->mean = true;
    return y;
}

/* ---- one at a time ---- */

static struct value *concat(struct operator_reading *r)
{
    if (r->more)
        return refuse(r->m, "split it", "of more than %d maps", OPERATOR_INPUTS);
    for (int i = 0; i < r->nin; i++)
        if (!r->in[i] || is_constant(r->in[i]))
            return refuse(r->m, NULL, "with a constant is not supported");
    return fused(r, 1, model_concat(r->m, r->in, r->nin, option_int(r, 0, 0)));
}

static bool look_at_concat(struct operator_reading *r)
{
    return look_at_act(r, 1);
}

static struct value *prelu(struct operator_reading *r)
{
    return is_constant(r->in[1]) ? model_prelu(r->m, r->in[0], r->in[1])
                                 : refuse(r->m, NULL, "its slope is not a constant");
}

/* MAXIMUM (x, low), MINIMUM (x, high) */
static struct value *bound(struct operator_reading *r)
{
    bool first = is_constant(r->in[0]), low = r->code == 55;
    struct value *with = r->in[!first];
    if (low && !is_constant(with) && !is_constant(r->in[first]))
        return model_add(r->m, OP_MAXIMUM, r->in[0], with);
    if (!is_constant(with) || with->t.count != 1)
        return refuse(r->m, NULL, "of something else than a map and a number is not supported");
    double v = constant_at(with, 0, 0);
    return model_clip(r->m, r->in[first], low ? v : -INFINITY, low ? INFINITY : v);
}

static struct value *unit_clip(struct operator_reading *r)
{
    return model_clip(r->m, r->in[0], 0, 1);
}

/* The activation of this code, by what operators say of themselves, or NULL. */
static const struct op *activation_of(int code)
{
    for (int i = 0; all_ops[i]; i++)
        if (all_ops[i]->foreign.tflite && all_ops[i]->foreign.tflite == code)
            return all_ops[i];
    return NULL;
}

static struct value *activation(struct operator_reading *r)
{
    const struct op *f = activation_of(r->code);
    bool word = f->make->attribute[0].kind == ATTRIBUTE_WORD;
    double number = !f->foreign.option ? f->foreign.usual : word ? option_byte(r, 0) : option_float(r, 0);
    return model_activation(r->m, f, r->in[0], (double[]){number, f->make->attribute[1].value});
}

/* Only at the end: what learns are the scores that it compares. */
static struct value *arg_max(struct operator_reading *r)
{
    const struct value *axis = r->in[1], *x = r->in[0];
    int64_t along = is_constant(axis) && axis->t.count == 1 ? constant_whole(axis, 0) : x->t.rank;
    along += along < 0 ? x->t.rank : 0;
    if (along != channel_axis(x))
        return refuse(r->m, "end before it: --output NAME", "of something else than the scores of classes");
    struct value *y = model_each(r->m, OP_ARG_MAX, r->in[0]);
    y->places = true;
    return y;
}

static struct value *l2_norm(struct operator_reading *r)
{
    return fused(r, 0, model_l2_norm(r->m, r->in[0]));
}

/* Of the input: pixels as they are. */
static struct value *cast(struct operator_reading *r)
{
    if (r->in[0] == r->m->input && !r->in[0]->quantum.given)
        return model_each(r->m, OP_REORDER, r->in[0]);
    return refuse(r->m, "convert with float32 or int8 input", "not supported");
}

static bool look_at_softmax(struct operator_reading *r)
{
    double beta = option_float(r, 0); /* 0: not said */
    if (beta == 1 || beta == 0)
        return true;
    refuse(r->m, "end before it: --output NAME", "of scores times %g is not supported", beta);
    return false;
}

static struct value *softmax(struct operator_reading *r)
{
    return model_each(r->m, OP_SOFTMAX, r->in[0]);
}

static struct value *quantize(struct operator_reading *r)
{
    return model_each(r->m, OP_QUANTIZE, r->in[0]);
}

/* Of a constant: float16 weights, and int8 ones in a float network. */
static struct value *dequantize(struct operator_reading *r)
{
    return is_constant(r->in[0]) ? r->in[0] : model_each(r->m, OP_DEQUANTIZE, r->in[0]);
}

/* ---- the table ---- */

/* What is said of operators that keep a state. */
static const char over_time[] =
    "what it keeps from step to step cannot be trained here; a 1-D convolution over time can";

static const struct tflite_row {
    const char *name;
    struct value *(*read)(struct operator_reading *r); /* NULL: not supported */
    int least;                                         /* inputs */
    const char *hint;
    /* Checks what needs no shape, first: all that can be said of an operator behind one that was refused.  False after
     * a message. */
    bool (*look)(struct operator_reading *r);
} rows[] = {
    {"ADD", arithmetic, 2, NULL, look_at_arithmetic},
    {"AVERAGE_POOL_2D", pool, 1, NULL, look_at_pool},
    {"CONCATENATION", concat, 1, NULL, look_at_concat},
    {"CONV_2D", conv, 2, NULL, look_at_conv},
    {"DEPTHWISE_CONV_2D", depthwise, 2, NULL, look_at_depthwise},
    {"DEQUANTIZE", dequantize, 1, NULL, NULL},
    {"FULLY_CONNECTED", dense, 2, NULL, look_at_dense},
    {"L2_NORMALIZATION", l2_norm, 1, NULL, look_at_arithmetic},
    {"MAX_POOL_2D", pool, 1, NULL, look_at_pool},
    {"MUL", arithmetic, 2, NULL, look_at_arithmetic},
    {"RESHAPE", tflite_reshape, 1, NULL, NULL},
    {"RESIZE_BILINEAR", tflite_resize, 2, NULL, tflite_look_at_resize},
    {"SOFTMAX", softmax, 1, NULL, look_at_softmax},
    {"PAD", tflite_pad, 2, NULL, NULL},
    {"TRANSPOSE", tflite_transpose, 2, NULL, NULL},
    {"MEAN", mean, 2, NULL, NULL},
    {"SUB", arithmetic, 2, NULL, look_at_arithmetic},
    {"DIV", arithmetic, 2, NULL, look_at_arithmetic},
    {"SQUEEZE", tflite_reshape, 1, NULL, NULL},
    {"STRIDED_SLICE", tflite_strided_slice, 1, NULL, NULL},
    {"SPLIT", tflite_split, 2, NULL, NULL},
    {"LOG_SOFTMAX", softmax, 1, NULL, NULL},
    {"CAST", cast, 1, NULL, NULL},
    {"PRELU", prelu, 2, NULL, NULL},
    {"MAXIMUM", bound, 2, NULL, NULL},
    {"ARG_MAX", arg_max, 2, NULL, NULL},
    {"MINIMUM", bound, 2, NULL, NULL},
    {"PADV2", tflite_pad, 3, NULL, NULL},
    {"SLICE", tflite_slice, 3, NULL, NULL},
    {"TRANSPOSE_CONV", transposed, 3, NULL, look_at_conv},
    {"EXPAND_DIMS", tflite_reshape, 1, NULL, NULL},
    {"SHAPE", tflite_shape_part, 1, NULL, NULL},
    {"REDUCE_PROD", tflite_shape_part, 1, NULL, NULL},
    {"PACK", tflite_shape_part, 1, NULL, NULL},
    {"RESIZE_NEAREST_NEIGHBOR", tflite_resize, 2, NULL, tflite_look_at_resize},
    {"SPLIT_V", tflite_split, 3, NULL, NULL},
    {"QUANTIZE", quantize, 1, NULL, NULL},
    {"RELU_0_TO_1", unit_clip, 1, NULL, NULL},
    /* what helps where one is not supported */
    {"RELU_N1_TO_1", NULL, 0, "train the network with relu or relu6", NULL},
    {"DEPTH_TO_SPACE", NULL, 0,
     "pixels do not come out of channels here: RESIZE_NEAREST_NEIGHBOR and a convolution behind it are supported",
     NULL},
    {"SPACE_TO_DEPTH", NULL, 0,
     "pixels do not become channels here: a convolution with a stride of its block is supported", NULL},
    {"CUSTOM", NULL, 0, "convert without custom operators; end before it: --output NAME", NULL},
    {"BATCH_TO_SPACE_ND", NULL, 0, "it is a part of a dilated convolution; use a larger kernel", NULL},
    {"SPACE_TO_BATCH_ND", NULL, 0, "it is a part of a dilated convolution; use a larger kernel", NULL},
    {"MIRROR_PAD", NULL, 0, "pad with zeros", NULL},
    {"REDUCE_MAX", NULL, 0, "MEAN over height and width is supported, and MAX_POOL_2D", NULL},
    {"BATCH_MATMUL", NULL, 0, "attention is not supported: networks here are convolutional", NULL},
    {"VAR_HANDLE", NULL, 0, "streaming state is not supported: convert the network that reads a whole window", NULL},
    {"LSTM", NULL, 0, over_time, NULL},
    {"RNN", NULL, 0, over_time, NULL},
    {"SVDF", NULL, 0, over_time, NULL},
    {"UNIDIRECTIONAL_SEQUENCE_LSTM", NULL, 0, over_time, NULL},
    {"UNIDIRECTIONAL_SEQUENCE_RNN", NULL, 0, over_time, NULL},
    {"BIDIRECTIONAL_SEQUENCE_LSTM", NULL, 0, over_time, NULL},
    {"BIDIRECTIONAL_SEQUENCE_RNN", NULL, 0, over_time, NULL},
    {"WHILE", NULL, 0, over_time, NULL},
};

static struct value *read_row(struct operator_reading *r, const struct tflite_row *row)
{
    if (r->nin < row->least)
        return refuse(r->m, NULL, "has %d inputs, needs %d", r->nin, row->least);
    for (int k = 0; k < row->least && !r->m->lost; k++)
        if (!r->in[k])
            return refuse(r->m, NULL, "its input %d is absent", k);
    if (r->in[0] && r->in[0]->t.data && row->read != arithmetic && row->read != dequantize &&
        row->read != tflite_strided_slice && row->read != tflite_shape_part && row->read != bound &&
        row->read != tflite_split && row->read != transposed)
        return refuse(r->m, NULL, "of a constant is not supported");
    for (int k = 0;
         k < r->nin && row->read != tflite_shape_part && row->read != tflite_strided_slice && row->read != transposed;
         k++)
        if (r->in[k] && r->in[k]->is_shape && !(k && row->read == tflite_reshape))
            return refuse(r->m, NULL, "reads a shape that is computed");
    if (row->look && !row->look(r))
        return NULL;
    if (!r->m->lost)
        return row->read(r);
    struct value *lost = value_lost(r->m, "");
    lost->from = r->in[0];
    lost->from_type = r->m->type;
    return lost;
}

struct value *tflite_read_operator(struct operator_reading *r)
{
    const char *name = tflite_name(r->m->mem, r->code);
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        if (strcmp(rows[i].name, name))
            continue;
        return rows[i].read ? read_row(r, &rows[i]) : refuse(r->m, rows[i].hint, "not supported");
    }
    if (activation_of(r->code))
        return read_row(r, &(struct tflite_row){name, activation, 1, NULL, NULL});
    return refuse(r->m, NULL, "not supported");
}
