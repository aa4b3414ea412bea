/* SPDX-License-Identifier: MIT */
/* The operators of ONNX that can be imported, one function each, and a table of them.  The meaning
 * of each is at https://onnx.ai/onnx/operators; opsets 7 to 22 differ in what is an attribute and
 * what an input. */
#include "import/onnx/onnx.h"

#include <math.h>
#include <string.h>

static bool is_constant(const struct value *v)
{
    return v && v->t.data;
}

/* ---- convolution, dense ---- */

static bool look_at_weight(struct node_reading *n, const struct value *w)
{
    bool known = is_constant(w) && w->t.rank >= 3 && w->t.rank <= 4;
    if (!known && !w->lost) {
        refuse(n->m, NULL, "its weight is not a constant of 3 or 4 axes");
        return false;
    }
    return true;
}

static bool look_at_conv(struct node_reading *n)
{
    return look_at_weight(n, n->in[1]);
}

static bool look_at_qlinear_conv(struct node_reading *n)
{
    return look_at_weight(n, n->in[3]);
}

static struct value *conv(struct node_reading *n)
{
    const struct value *w = n->in[1];
    struct operation like = {.k = {1, 1}, .s = {1, 1}};
    int64_t kernel[2], groups = attribute_int(n, "group", 1);
    if (w->t.rank != n->in[0]->t.rank)
        return refuse(n->m, NULL, "a weight of %d axes for an input of %d", w->t.rank, n->in[0]->t.rank);
    const int64_t *s = w->t.shape, kh = s[2], kw = w->t.rank == 4 ? s[3] : 1;
    int count = attribute_ints(n, "kernel_shape", kernel, 2);
    if (count >= 0 && (count != w->t.rank - 2 || kernel[0] != kh || (count == 2 && kernel[1] != kw)))
        return refuse(n->m, NULL, "kernel_shape does not agree with the weight, %s",
                      tensor_shape_text(n->m->mem, &w->t));
    struct weights *made =
        weights_new(n->m, w, (int64_t[]){s[0], s[1], kh, kw}, (int64_t[]){s[1] * kh * kw, kh * kw, kw, 1}, 0);
    if (!made || !weights_bias(n->m, made, n->in[2], n->in[0]))
        return NULL;
    like.k[0] = (int)kh;
    like.k[1] = (int)kw;
    like.groups = groups > 0 && groups <= LARGEST_SIZE ? (int)groups : 0;
    return onnx_window(n, n->in[0], &like) ? model_conv(n->m, n->in[0], &like, made) : NULL;
}

/* x * w where w is a constant K x N, or N x K if `transposed`. */
static struct weights *dense_weights(struct node_reading *n, const struct value *w, bool transposed)
{
    if (!is_constant(w) || w->t.rank != 2) {
        refuse(n->m, NULL, "its second factor is not a constant matrix");
        return NULL;
    }
    int64_t a = w->t.shape[0], b = w->t.shape[1];
    return transposed ? weights_new(n->m, w, (int64_t[]){a, b, 1, 1}, (int64_t[]){b, 1, 0, 0}, 0)
                      : weights_new(n->m, w, (int64_t[]){b, a, 1, 1}, (int64_t[]){1, b, 0, 0}, 1);
}

static void multiply(float *values, int64_t count, double factor)
{
    for (int64_t i = 0; i < count; i++)
        values[i] = (float)(values[i] * factor);
}

static bool look_at_matmul(struct node_reading *n)
{
    if (n->in[1]->lost_shape || (is_constant(n->in[1]) && n->in[1]->t.rank == 2))
        return true;
    refuse(n->m, NULL, "its second factor is not a constant matrix (attention?)");
    return false;
}

static bool look_at_gemm(struct node_reading *n)
{
    if (!attribute_int(n, "transA", 0))
        return look_at_matmul(n);
    refuse(n->m, NULL, "transA is not supported");
    return false;
}

static struct value *gemm(struct node_reading *n)
{
    double alpha = attribute_real(n, "alpha", 1), beta = attribute_real(n, "beta", 1);
    struct weights *w = dense_weights(n, n->in[1], attribute_int(n, "transB", 0) != 0);
    if (!w)
        return NULL;
    const struct value *c = n->in[2];
    if (c && (!c->t.data || (c->t.count != w->out && c->t.count != 1)))
        return refuse(n->m, NULL, "its bias is not a constant of %d values", w->out);
    if (c && c->t.count == w->out && !weights_bias(n->m, w, c, n->in[0]))
        return NULL;
    if (c && c->t.count == 1 && w->out != 1) {
        w->bias = NEW_ARRAY(n->m->mem, float, w->out);
        for (int o = 0; o < w->out; o++)
            w->bias[o] = (float)constant_at(c, 0, 0);
    }
    if (alpha != 1 || beta != 1) {
        multiply(w->value, (int64_t)w->out * w->in, alpha);
        multiply(w->bias, w->bias ? w->out : 0, beta);
        w->q = NULL;
    }
    return model_dense(n->m, n->in[0], w);
}

static struct value *matmul(struct node_reading *n)
{
    struct value *x = n->in[0];
    struct weights *w = dense_weights(n, n->in[1], false);
    bool pixels = w && x->t.rank > 2 && x->map.h * x->map.w > 1 && channel_axis(x) == x->t.rank - 1;
    return !w ? NULL : pixels ? onnx_matmul_of_pixels(n->m, x, w) : model_dense(n->m, x, w);
}

/* ---- norms, sums, products ---- */

static void warn_of_training(struct node_reading *n, const char *taken)
{
    diag_warn(n->m->diag, (struct loc){n->m->path, 0}, NULL, "export after model.eval()",
              "operator %d, %s: exported in training mode, %s", n->m->index, n->m->type, taken);
}

static struct value *batch_norm(struct node_reading *n)
{
    struct value *x = n->in[0];
    double eps = attribute_real(n, "epsilon", 1e-5);
    int c = x->map.c;
    if (attribute_int(n, "training_mode", 0))
        warn_of_training(n, "taken with the statistics of the file");
    if (channel_axis(x) != 1)
        return refuse(n->m, NULL, "its input %s has no channels in the second place",
                      tensor_shape_text(n->m->mem, &x->t));
    for (int i = 1; i < 5; i++)
        if (!is_constant(n->in[i]) || n->in[i]->t.count != c)
            return refuse(n->m, NULL, "its statistics are not constants of %d values", c);
    if (!affordable(n->m, 8 * (int64_t)c))
        return NULL;
    float *factor = NEW_ARRAY(n->m->mem, float, c), *offset = NEW_ARRAY(n->m->mem, float, c);
    for (int i = 0; i < c; i++) {
        double p[5];
        for (int k = 1; k < 5; k++)
            p[k] = constant_at(n->in[k], i, i);
        double f = p[1] / sqrt(p[4] + eps);
        factor[i] = (float)f;
        offset[i] = (float)(p[2] - p[3] * f);
        if (!isfinite(factor[i]) || !isfinite(offset[i]))
            return refuse(n->m, NULL, "channel %d: a variance of %g, a scale of %g", i, p[4], p[1]);
    }
    return model_scale(n->m, x, factor, offset);
}

static struct value *dropout(struct node_reading *n)
{
    const struct value *training = n->nin > 2 ? n->in[2] : NULL;
    if (is_constant(training) && training->t.count == 1 && tensor_at(&training->t, 0) != 0)
        warn_of_training(n, "left out");
    return onnx_same(n);
}

/* a (+ - * /) b, where one may be a constant for each channel. */
static char arithmetic_of(const struct node_reading *n)
{
    return strcmp(n->m->type, "Sum") ? n->m->type[0] : 'A'; /* Add Sub Mul Div */
}

static bool look_at_arithmetic(struct node_reading *n)
{
    if (n->nin == 2)
        return true;
    refuse(n->m, NULL, "of %d inputs is not supported", n->nin);
    return false;
}

static struct value *arithmetic(struct node_reading *n)
{
    static const struct {
        char op;
        enum op_kind kind;
    } kinds[] = {{'A', OP_ADD}, {'S', OP_SUB}, {'M', OP_MUL}, {'D', OP_DIV}};
    char op = arithmetic_of(n);
    bool first = is_constant(n->in[0]);
    struct value *x = n->in[first ? 1 : 0], *other = n->in[first ? 0 : 1];
    if (is_constant(x))
        return refuse(n->m, NULL, "of two constants is not supported");
    for (size_t i = 0; i < sizeof kinds / sizeof *kinds && !is_constant(other); i++)
        if (kinds[i].op == op)
            return model_add(n->m, kinds[i].kind, x, other);
    return model_affine(n->m, x, op, first, other);
}

/* ---- activations ---- */

/* The activation that the node is, by what operators say of themselves, or NULL. */
static const struct op *activation_of(const struct node_reading *n)
{
    for (int i = 0; all_ops[i]; i++)
        if (all_ops[i]->foreign.onnx && !strcmp(all_ops[i]->foreign.onnx, n->m->type))
            return all_ops[i];
    return NULL;
}

/* Attribute i of an activation: a number, or the place of a word among those that it may be. */
static double setting_of(const struct node_reading *n, const struct op *f, int i)
{
    const struct attribute *a = &f->make->attribute[i];
    const char *name = i ? f->foreign.second : f->foreign.attribute;
    if (!name)
        return a->name ? a->value : 0;
    if (a->kind == ATTRIBUTE_WORD)
        return !attribute_is(n, name, arena_format(n->m->mem, "%.*s", (int)strcspn(a->words, " "), a->words), true);
    return attribute_real(n, name, i ? f->foreign.second_usual : f->foreign.usual);
}

static struct value *activation(struct node_reading *n)
{
    const struct op *f = activation_of(n);
    return model_activation(n->m, f, n->in[0], (double[]){setting_of(n, f, 0), setting_of(n, f, 1)});
}

static struct value *erf_part(struct node_reading *n)
{
    return model_each(n->m, OP_ERF, n->in[0]);
}

static struct value *prelu(struct node_reading *n)
{
    return is_constant(n->in[1]) ? model_prelu(n->m, n->in[0], n->in[1])
                                 : refuse(n->m, NULL, "its slope is not a constant");
}

static struct value *concat(struct node_reading *n)
{
    for (int i = 0; i < n->nin; i++)
        if (!n->in[i] || is_constant(n->in[i]))
            return refuse(n->m, NULL, "with a constant is not supported");
    return model_concat(n->m, n->in, n->nin, attribute_int(n, "axis", 1));
}

/* Max(x, low), Min(x, high). */
static struct value *bound(struct node_reading *n)
{
    bool first = is_constant(n->in[0]), low = !strcmp(n->m->type, "Max");
    struct value *with = n->in[!first];
    if (n->nin == 2 && low && !is_constant(with) && !is_constant(n->in[first]))
        return model_add(n->m, OP_MAXIMUM, n->in[0], with);
    if (n->nin != 2 || !is_constant(with) || with->t.count != 1)
        return refuse(n->m, NULL, "of something else than a map and a number is not supported");
    double v = constant_at(with, 0, 0);
    return model_clip(n->m, n->in[first], low ? v : -INFINITY, low ? INFINITY : v);
}

/* False if a bound is no constant. */
static bool bounds(const struct node_reading *n, double bound[2])
{
    bound[0] = attribute_real(n, "min", -INFINITY);
    bound[1] = attribute_real(n, "max", INFINITY);
    for (int i = 0; i < 2; i++) {
        const struct value *v = n->in[i + 1];
        if (v && (!v->t.data || v->t.count != 1))
            return false;
        if (v)
            bound[i] = constant_at(v, 0, 0);
    }
    return true;
}

static bool look_at_clip(struct node_reading *n)
{
    double bound[2];
    if (bounds(n, bound))
        return model_can_clip(n->m, bound[0], bound[1]);
    bool lost = (n->in[1] && n->in[1]->lost) || (n->in[2] && n->in[2]->lost);
    if (!lost)
        refuse(n->m, NULL, "its bounds are not constants");
    return lost;
}

static struct value *clip(struct node_reading *n)
{
    double bound[2];
    bounds(n, bound);
    return model_clip(n->m, n->in[0], bound[0], bound[1]);
}

static struct value *softmax(struct node_reading *n)
{
    return model_each(n->m, OP_SOFTMAX, n->in[0]);
}

/* ---- in integers: read as the same operator of floats ---- */

static struct value *read_floats(struct node_reading *floats, const char *type, const struct quantum *y)
{
    struct model *m = floats->m;
    const char *own = m->type;
    m->type = type;
    struct value *v = onnx_read_node(floats);
    m->type = own;
    if (v) {
        v->quantum = *y;
        v->def->type = own;
    }
    return v;
}

static struct value *qlinear_conv(struct node_reading *n)
{
    struct node_reading floats;
    struct quantum y;
    return onnx_conv_as_floats(n, &floats, &y) ? read_floats(&floats, "Conv", &y) : NULL;
}

static struct value *qlinear_matmul(struct node_reading *n)
{
    struct node_reading floats;
    struct quantum y;
    return onnx_matmul_as_floats(n, &floats, &y) ? read_floats(&floats, "MatMul", &y) : NULL;
}

/* x x_scale x_zero y_scale y_zero, of "QLinear" and the operator of floats */
static struct value *qlinear_each(struct node_reading *n)
{
    struct node_reading floats = *n;
    struct quantum y;
    floats.nin = 1;
    if (attribute_int(n, "channels_last", 0))
        return refuse(n->m, NULL, "channels_last is not supported");
    return onnx_quantum(n, 1, &n->in[0]->quantum) && onnx_quantum(n, 3, &y)
               ? read_floats(&floats, n->m->type + strlen("QLinear"), &y)
               : NULL;
}

/* y_scale y_zero, then for each map x x_scale x_zero */
static struct value *qlinear_concat(struct node_reading *n)
{
    struct node_reading floats = *n;
    struct quantum y;
    floats.nin = 0;
    if (!onnx_quantum(n, 0, &y))
        return NULL;
    for (int i = 2; i + 2 < n->nin; i += 3) {
        if (!n->in[i] || is_constant(n->in[i]) || !onnx_quantum(n, i + 1, &n->in[i]->quantum))
            return is_constant(n->in[i]) ? refuse(n->m, NULL, "with a constant is not supported") : NULL;
        floats.in[floats.nin++] = n->in[i];
    }
    return read_floats(&floats, "Concat", &y);
}

/* ---- the table ---- */

/* Inputs: maps first, then what must be or may be there. */
static const struct onnx_row {
    const char *name;
    struct value *(*read)(struct node_reading *n);
    int least; /* inputs */
    /* Checks what needs no shape, first: all that can be said of a node behind one that was refused.  False after a
     * message. */
    bool (*look)(struct node_reading *n);
} rows[] = {
    {"Conv", conv, 2, look_at_conv},
    {"ConvTranspose", onnx_conv_transpose, 2, look_at_conv},
    {"Gemm", gemm, 2, look_at_gemm},
    {"MatMul", matmul, 2, look_at_matmul},
    {"BatchNormalization", batch_norm, 5, NULL},
    {"Add", arithmetic, 2, look_at_arithmetic},
    {"Sum", arithmetic, 2, look_at_arithmetic},
    {"Sub", arithmetic, 2, look_at_arithmetic},
    {"Mul", arithmetic, 2, look_at_arithmetic},
    {"Div", arithmetic, 2, look_at_arithmetic},
    {"Clip", clip, 1, look_at_clip},
    {"Max", bound, 2, NULL},
    {"Min", bound, 2, NULL},
    {"Erf", erf_part, 1, NULL},
    {"PRelu", prelu, 2, NULL},
    {"Concat", concat, 1, NULL},
    {"Slice", onnx_slice, 1, NULL},
    {"Split", onnx_split, 1, NULL},
    {"ArgMax", onnx_arg_max, 1, NULL},
    {"LpNormalization", onnx_lp_norm, 1, NULL},
    {"InstanceNormalization", onnx_instance_norm, 3, NULL},
    {"GroupNormalization", onnx_group_norm, 3, NULL},
    {"Softmax", softmax, 1, NULL},
    {"LogSoftmax", softmax, 1, NULL},
    {"AveragePool", onnx_pool, 1, onnx_look_at_pool},
    {"MaxPool", onnx_pool, 1, onnx_look_at_pool},
    {"GlobalAveragePool", onnx_global_average, 1, NULL},
    {"GlobalMaxPool", onnx_global_max, 1, NULL},
    {"ReduceMean", onnx_reduce_mean, 1, NULL},
    {"Pad", onnx_pad, 1, onnx_look_at_pad},
    {"Resize", onnx_resize, 1, onnx_look_at_resize},
    {"Upsample", onnx_resize, 2, onnx_look_at_resize},
    {"Flatten", onnx_flatten, 1, NULL},
    {"Reshape", onnx_reshape, 1, NULL},
    {"Squeeze", onnx_squeeze, 1, NULL},
    {"Unsqueeze", onnx_squeeze, 1, NULL},
    {"Transpose", onnx_transpose, 1, NULL},
    {"Identity", onnx_same, 1, NULL},
    {"Dropout", dropout, 1, NULL},
    {"Cast", onnx_same, 1, NULL},
    {"QuantizeLinear", onnx_quantize, 2, NULL},
    {"DequantizeLinear", onnx_dequantize, 2, NULL},
    {"QLinearConv", qlinear_conv, 8, look_at_qlinear_conv},
    {"QLinearMatMul", qlinear_matmul, 8, NULL},
    {"QLinearAdd", onnx_qlinear_add, 8, NULL},
    {"QLinearMul", onnx_qlinear_add, 8, NULL},
    {"QLinearGlobalAveragePool", onnx_qlinear_mean, 5, NULL},
    {"QLinearAveragePool", qlinear_each, 5, NULL},
    {"QLinearSigmoid", qlinear_each, 5, NULL},
    {"QLinearLeakyRelu", qlinear_each, 5, NULL},
    {"QLinearSoftmax", qlinear_each, 5, NULL},
    {"QLinearConcat", qlinear_concat, 5, NULL},
};

/* What helps where something is not supported. */
static const struct {
    const char *names, *hint;
} hints[] = {
    {"LSTM GRU RNN", "what it keeps from step to step cannot be trained here; a 1-D convolution over time can"},
    {"Attention MultiHeadAttention Einsum",
     "networks here are convolutional: a 1-D convolution over the sequence is supported"},
    {"DepthToSpace",
     "pixels do not come out of channels here: upsample (Resize) and a convolution behind it are supported"},
    {"SpaceToDepth", "pixels do not become channels here: a convolution with a stride of its block is supported"},
    {"Selu Mish Celu Softsign", "train the network with relu, relu6 or hard swish"},
    {"Gather GatherND ScatterND", "if it belongs to what comes behind the classifier, end before it: --output NAME"},
    {"NonMaxSuppression TopK Loop If Scan", "end before it: --output NAME"},
    {"Shape Expand Tile", "export with a fixed input shape (no dynamic_axes), then run onnxsim"},
    {"LayerNormalization", "group norms and batch norms are supported"},
    {"ConvInteger MatMulInteger DynamicQuantizeLinear", "quantise statically (QDQ), or export the float network"},
};

static bool among(const char *list, const char *word)
{
    size_t n = strlen(word);
    for (const char *at = list; n && (at = strstr(at, word)); at += n)
        if ((at == list || at[-1] == ' ') && (at[n] == ' ' || !at[n]))
            return true;
    return false;
}

/* A node over shapes of which nothing is known because of an operator before. */
static bool of_lost_shapes(const struct node_reading *n)
{
    bool shapes = onnx_is_foldable(n->m->type);
    for (int i = 0; i < n->nin; i++)
        shapes = shapes && (!n->in[i] || n->in[i]->t.data || n->in[i]->lost_shape);
    return shapes || !strcmp(n->m->type, "Shape");
}

/* A node of a row of the table. */
static struct value *read_row(struct node_reading *n, const struct onnx_row *row)
{
    if (row->least > n->nin || !n->in[0])
        return refuse(n->m, NULL, "has %d inputs, needs %d", n->nin, row->least);
    if (n->in[0]->t.data && row->read != onnx_dequantize && row->read != arithmetic && row->read != bound &&
        row->read != onnx_qlinear_add && row->read != qlinear_concat)
        return refuse(n->m, NULL, "of a constant is not supported");
    for (int k = 1; k < row->least; k++)
        if (!n->in[k])
            return refuse(n->m, NULL, "its input %d is absent", k);
    if (row->look && !row->look(n))
        return NULL;
    if (!n->m->lost)
        return row->read(n);
    struct value *lost = value_lost(n->m, "");
    lost->lost_shape = n->in[0]->lost_shape || n->in[0]->t.data;
    lost->from = n->in[0];
    lost->from_type = n->m->type;
    return lost;
}

struct value *onnx_read_node(struct node_reading *n)
{
    const char *type = n->m->type, *domain = n->proto->domain;
    bool foreign = domain && domain[0] && strcmp(domain, "ai.onnx") && strcmp(domain, "com.microsoft");
    struct value *result;
    if (foreign)
        return refuse(n->m, "export with torch.onnx.export(..., opset_version=13, dynamo=False)",
                      "belongs to '%s', not to ONNX", shown(n->m->mem, domain));
    bool folded = !n->m->lost && onnx_fold_constant(n, &result);
    if (folded && result)
        return result;
    if (folded || (n->m->lost && of_lost_shapes(n))) {
        result = value_lost(n->m, "");
        result->lost_shape = true;
        return result;
    }
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        if (!strcmp(rows[i].name, type))
            return read_row(n, &rows[i]);
    if (activation_of(n))
        return read_row(n, &(struct onnx_row){type, activation, 1, NULL});
    const char *hint = NULL;
    for (size_t i = 0; !hint && i < sizeof hints / sizeof *hints; i++)
        hint = among(hints[i].names, type) ? hints[i].hint : NULL;
    return refuse(n->m, hint, "not supported");
}
