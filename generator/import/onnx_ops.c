/* The operators of ONNX that can be imported, one function each, and a table of them.  The meaning
 * of each is at https://onnx.ai/onnx/operators; opsets 7 to 22 differ in what is an attribute and
 * what an input. */
#include "import/onnx.h"

#include <math.h>
#include <string.h>

static bool is_constant(const struct value *v)
{
    return v && v->t.data;
}

/* ---- convolution, dense ---- */

static struct value *conv(struct node_reading *n)
{
    const struct value *w = n->in[1];
    struct op like = {.k = {1, 1}, .s = {1, 1}};
    int64_t kernel[2], groups = attribute_int(n, "group", 1);
    if (!is_constant(w) || w->t.rank < 3 || w->t.rank > 4 || w->t.rank != n->in[0]->t.rank)
        return refuse(n->m, NULL, "its weight is not a constant of 3 or 4 axes");
    const int64_t *s = w->t.shape, kh = s[2], kw = w->t.rank == 4 ? s[3] : 1;
    int count = attribute_ints(n, "kernel_shape", kernel, 2);
    if (count >= 0 &&
        (count != w->t.rank - 2 || kernel[0] != kh || (count == 2 && kernel[1] != kw)))
        return refuse(n->m, NULL, "kernel_shape does not agree with the weight, %s",
                      tensor_shape_text(n->m->mem, &w->t));
    struct weights *made = weights_new(n->m, w, (int64_t[]){s[0], s[1], kh, kw},
                                       (int64_t[]){s[1] * kh * kw, kh * kw, kw, 1}, 0);
    if (!made || !weights_bias(n->m, made, n->in[2]))
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

static struct value *gemm(struct node_reading *n)
{
    double alpha = attribute_real(n, "alpha", 1), beta = attribute_real(n, "beta", 1);
    if (attribute_int(n, "transA", 0))
        return refuse(n->m, NULL, "transA is not supported");
    struct weights *w = dense_weights(n, n->in[1], attribute_int(n, "transB", 0) != 0);
    if (!w)
        return NULL;
    const struct value *c = n->in[2];
    if (c && (!c->t.data || (c->t.count != w->out && c->t.count != 1)))
        return refuse(n->m, NULL, "its bias is not a constant of %d values", w->out);
    if (c && c->t.count == w->out && !weights_bias(n->m, w, c))
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
    struct weights *w = dense_weights(n, n->in[1], false);
    return w ? model_dense(n->m, n->in[0], w) : NULL;
}

/* ---- norms, sums, products ---- */

static struct value *batch_norm(struct node_reading *n)
{
    struct value *x = n->in[0];
    double eps = attribute_real(n, "epsilon", 1e-5);
    int c = x->map.c;
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

/* a (+ - * /) b, where one may be a constant for each channel. */
static struct value *arithmetic(struct node_reading *n)
{
    char op = strcmp(n->m->type, "Sum") ? n->m->type[0] : 'A'; /* Add Sub Mul Div */
    bool first = is_constant(n->in[0]);
    struct value *x = n->in[first ? 1 : 0], *other = n->in[first ? 0 : 1];
    if (n->nin != 2 || is_constant(x))
        return refuse(n->m, NULL, "of %d inputs is not supported", n->nin);
    if (!is_constant(other)) {
        if (op == 'A' || op == 'M')
            return model_add(n->m, op == 'A' ? OP_ADD : OP_PRODUCT, x, other);
        return refuse(n->m, NULL, "of two maps is not supported");
    }
    float *v = channel_vector(n->m, x, other);
    if (!v)
        return refuse(n->m, NULL,
                      "with a constant %s that is not one number, or one for each channel of %s",
                      tensor_shape_text(n->m->mem, &other->t), tensor_shape_text(n->m->mem, &x->t));
    return model_affine(n->m, x, op, first, v);
}

/* ---- activations ---- */

static struct value *relu(struct node_reading *n)
{
    return model_each(n->m, OP_RELU, n->in[0]);
}

static struct value *sigmoid(struct node_reading *n)
{
    return model_each(n->m, OP_SIGMOID, n->in[0]);
}

static struct value *hard_swish(struct node_reading *n)
{
    return model_each(n->m, OP_HSWISH, n->in[0]);
}

static struct value *hard_sigmoid(struct node_reading *n)
{
    double alpha = attribute_real(n, "alpha", 0.2), beta = attribute_real(n, "beta", 0.5);
    if (fabs(alpha - 1.0 / 6) > 1e-4 || beta != 0.5)
        return refuse(n->m, NULL,
                      "alpha %g, beta %g; supported are 1/6 and 0.5, as a part of hard swish",
                      alpha, beta);
    return model_each(n->m, OP_HSIGMOID, n->in[0]);
}

static struct value *clip(struct node_reading *n)
{
    double bound[2] = {attribute_real(n, "min", -INFINITY), attribute_real(n, "max", INFINITY)};
    for (int i = 0; i < 2; i++) {
        const struct value *v = n->in[i + 1];
        if (v && (!v->t.data || v->t.count != 1))
            return refuse(n->m, NULL, "its bounds are not constants");
        if (v)
            bound[i] = constant_at(v, 0, 0);
    }
    return model_clip(n->m, n->in[0], bound[0], bound[1]);
}

static struct value *softmax(struct node_reading *n)
{
    return model_each(n->m, OP_SOFTMAX, n->in[0]);
}

/* ---- the table ---- */

/* Inputs: maps first, then what must be or may be there. */
static const struct {
    const char *name;
    struct value *(*read)(struct node_reading *n);
    int least; /* inputs */
} rows[] = {
    {"Conv", conv, 2},
    {"Gemm", gemm, 2},
    {"MatMul", matmul, 2},
    {"BatchNormalization", batch_norm, 5},
    {"Add", arithmetic, 2},
    {"Sum", arithmetic, 2},
    {"Sub", arithmetic, 2},
    {"Mul", arithmetic, 2},
    {"Div", arithmetic, 2},
    {"Relu", relu, 1},
    {"Clip", clip, 1},
    {"Sigmoid", sigmoid, 1},
    {"HardSigmoid", hard_sigmoid, 1},
    {"HardSwish", hard_swish, 1},
    {"Softmax", softmax, 1},
    {"LogSoftmax", softmax, 1},
    {"AveragePool", onnx_pool, 1},
    {"MaxPool", onnx_pool, 1},
    {"GlobalAveragePool", onnx_global_average, 1},
    {"GlobalMaxPool", onnx_global_max, 1},
    {"ReduceMean", onnx_reduce_mean, 1},
    {"Pad", onnx_pad, 1},
    {"Resize", onnx_resize, 1},
    {"Flatten", onnx_flatten, 1},
    {"Reshape", onnx_reshape, 1},
    {"Squeeze", onnx_squeeze, 1},
    {"Unsqueeze", onnx_squeeze, 1},
    {"Transpose", onnx_transpose, 1},
    {"Identity", onnx_same, 1},
    {"Dropout", onnx_same, 1},
    {"Cast", onnx_same, 1},
    {"QuantizeLinear", onnx_quantize, 2},
    {"DequantizeLinear", onnx_dequantize, 2},
    {"QLinearConv", onnx_qlinear_conv, 8},
    {"QLinearMatMul", onnx_qlinear_matmul, 8},
    {"QLinearAdd", onnx_qlinear_add, 8},
    {"QLinearGlobalAveragePool", onnx_qlinear_mean, 5},
};

/* What helps where something is not supported. */
static const struct {
    const char *names, *hint;
} hints[] = {
    {"LSTM GRU RNN", "recurrent layers are not supported; a 1-D convolution over time is"},
    {"LeakyRelu PRelu Elu Selu Gelu Mish Tanh Softplus Erf",
     "train the network with relu, relu6 or hard swish"},
    {"Concat Split Slice Gather",
     "if it belongs to what comes behind the classifier, end before it: --output NAME"},
    {"NonMaxSuppression TopK ArgMax Loop If Scan", "end before it: --output NAME"},
    {"Shape Expand Tile ConstantOfShape",
     "export with a fixed input shape (no dynamic_axes), then run onnxsim"},
    {"LayerNormalization InstanceNormalization",
     "group_norm is in the spec language, not in import"},
    {"Upsample", "export with opset_version=13 or later: Resize with half-pixel centres"},
    {"ConvInteger MatMulInteger DynamicQuantizeLinear",
     "quantise statically (QDQ), or export the float network"},
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

struct value *onnx_read_node(struct node_reading *n)
{
    const char *type = n->m->type, *domain = n->proto->domain;
    bool foreign =
        domain && domain[0] && strcmp(domain, "ai.onnx") && strcmp(domain, "com.microsoft");
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
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        if (strcmp(rows[i].name, type))
            continue;
        if (n->m->lost)
            return NULL;
        int absent = rows[i].least > n->nin;
        for (int k = 0; k < n->nin && k < 1; k++)
            absent = absent || !n->in[k];
        if (absent)
            return refuse(n->m, NULL, "has %d inputs, needs %d", n->nin, rows[i].least);
        if (n->in[0]->t.data && rows[i].read != onnx_dequantize && rows[i].read != arithmetic)
            return refuse(n->m, NULL, "of a constant is not supported");
        for (int k = 1; k < rows[i].least; k++)
            if (!n->in[k])
                return refuse(n->m, NULL, "its input %d is absent", k);
        return rows[i].read(n);
    }
    const char *hint = NULL;
    for (size_t i = 0; !hint && i < sizeof hints / sizeof *hints; i++)
        hint = among(hints[i].names, type) ? hints[i].hint : NULL;
    return refuse(n->m, hint, "not supported");
}
