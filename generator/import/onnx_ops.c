/* The operators of ONNX that can be imported, one function each, and a table of them.  The meaning of each is
 * at https://onnx.ai/onnx/operators; opsets 7 to 22 differ in what is an attribute and what an input. */
#include "import/onnx.h"

#include <math.h>
#include <string.h>

/* ---- small helpers ---- */

/* Whole numbers that are an attribute in old opsets and input i in new ones: how many, -1 if absent, -2 after
 * a message. */
static int whole_list(struct node_reading *n, const char *name, int i, int64_t *out, int most)
{
    const struct value *v = i < n->nin ? n->in[i] : NULL;
    if (!v)
        return attribute_ints(n, name, out, most);
    if (!v->t.data || v->t.count > most) {
        refuse(n->m, NULL, "its %s are not a constant of at most %d values", name, most);
        return -2;
    }
    for (int64_t k = 0; k < v->t.count; k++)
        out[k] = constant_whole(v, k);
    return (int)v->t.count;
}

static bool is_constant(const struct value *v)
{
    return v && v->t.data;
}

/* Axis numbers may count from the end. */
static int64_t axis_of(int64_t axis, int rank)
{
    return axis < 0 ? axis + rank : axis;
}

/* Strides, pads and dilations; the kernel is in w->k already. */
static bool read_window(struct node_reading *n, const struct value *x, struct op *w)
{
    int spatial = x->t.rank - 2;
    int64_t list[8] = {0};
    if (!is_map(n->m, x) || spatial < 1 || spatial > 2) {
        refuse(n->m, NULL, "its input %s is not a map of one sample", tensor_shape_text(n->m->mem, &x->t));
        return false;
    }
    static const char *const names[] = {"strides", "pads", "dilations"};
    for (int a = 0; a < 3; a++) {
        int want = a == 1 ? 2 * spatial : spatial, count = attribute_ints(n, names[a], list, 8);
        if (count >= 0 && count != want) {
            refuse(n->m, NULL, "%d %s where a map has %d axes", count, names[a], spatial);
            return false;
        }
        for (int i = 0; count >= 0 && i < want; i++) {
            int v = list[i] < -1 || list[i] > LARGEST_SIZE ? -1 : (int)list[i];
            if (a == 0)
                w->s[i] = v;
            else if (a == 1)
                w->pad[2 * (i % spatial) + i / spatial] = v;
            else if (v != 1 && w->k[i] != 1) {
                refuse(n->m, "use a larger kernel without dilation", "dilation %d is not supported", v);
                return false;
            }
        }
    }
    bool upper = attribute_is(n, "auto_pad", "SAME_UPPER", false);
    if (upper || attribute_is(n, "auto_pad", "SAME_LOWER", false))
        same_pads(w, x->map.h, x->map.w, upper);
    return true;
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
    if (count >= 0 && (count != w->t.rank - 2 || kernel[0] != kh || (count == 2 && kernel[1] != kw)))
        return refuse(n->m, NULL, "kernel_shape does not agree with the weight, %s",
                      tensor_shape_text(n->m->mem, &w->t));
    struct weights *made = weights_new(n->m, w, (int64_t[]){s[0], s[1], kh, kw},
                                       (int64_t[]){s[1] * kh * kw, kh * kw, kw, 1}, 0);
    if (!made || !weights_bias(n->m, made, n->in[2]))
        return NULL;
    like.k[0] = (int)kh;
    like.k[1] = (int)kw;
    like.groups = groups > 0 && groups <= LARGEST_SIZE ? (int)groups : 0;
    return read_window(n, n->in[0], &like) ? model_conv(n->m, n->in[0], &like, made) : NULL;
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
    char op = n->m->type[0]; /* Add Sub Mul Div */
    bool first = is_constant(n->in[0]);
    struct value *x = n->in[first ? 1 : 0], *other = n->in[first ? 0 : 1];
    if (!is_constant(other)) {
        if (op == 'A' || op == 'M')
            return model_add(n->m, op == 'A' ? OP_ADD : OP_PRODUCT, x, other);
        return refuse(n->m, NULL, "of two maps is not supported");
    }
    float *v = channel_vector(n->m, x, other);
    if (!v)
        return refuse(n->m, NULL, "with a constant %s that is not one number, or one for each channel of %s",
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
        return refuse(n->m, NULL, "alpha %g, beta %g; supported are 1/6 and 0.5, as a part of hard swish", alpha, beta);
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

/* ---- pools, pads, resizing ---- */

/* ceil_mode: one more window where values would be left over, unless it begins in the padding behind. */
static int left_over(int size, int before, int behind, int k, int s)
{
    int room = size + before + behind - k, count = room / s + 1;
    if (room < 0 || room % s == 0 || count * s >= size + before)
        return 0;
    return count * s + k - (size + before + behind);
}

static struct value *pool(struct node_reading *n)
{
    struct value *x = n->in[0];
    bool average = !strcmp(n->m->type, "AveragePool");
    struct op w = {.k = {1, 1}, .s = {1, 1}};
    int64_t k[2] = {0};
    int count = attribute_ints(n, "kernel_shape", k, 2);
    if (count != x->t.rank - 2)
        return refuse(n->m, NULL, "kernel_shape has %d sizes", count);
    for (int i = 0; i < count && i < 2; i++)
        w.k[i] = k[i] > 0 && k[i] <= LARGEST_SIZE ? (int)k[i] : 0;
    if (!read_window(n, x, &w))
        return NULL;
    bool padded = w.pad[0] || w.pad[1] || w.pad[2] || w.pad[3];
    if (average && padded && !attribute_int(n, "count_include_pad", 0))
        return refuse(n->m, "AvgPool2d(..., count_include_pad=True)",
                      "a mean that leaves out the padding is not supported");
    for (int i = 0; attribute_int(n, "ceil_mode", 0) && i < 2 && w.s[i] > 0; i++) {
        int more = left_over(i ? x->map.w : x->map.h, w.pad[2 * i], w.pad[2 * i + 1], w.k[i], w.s[i]);
        if (more && average)
            return refuse(n->m, "use ceil_mode=False", "ceil_mode, where windows reach over the edge");
        w.pad[2 * i + 1] += more;
    }
    return model_pool(n->m, average ? OP_AVG_POOL : OP_MAX_POOL, x, &w);
}

static struct value *global_average(struct node_reading *n)
{
    return model_mean(n->m, n->in[0], ~3u, true);
}

static struct value *global_max(struct node_reading *n)
{
    struct op w = {.k = {n->in[0]->map.h, n->in[0]->map.w}, .s = {1, 1}};
    return model_pool(n->m, OP_MAX_POOL, n->in[0], &w);
}

static struct value *reduce_mean(struct node_reading *n)
{
    int64_t axes[8];
    int rank = n->in[0]->t.rank, count = whole_list(n, "axes", 1, axes, 8);
    unsigned mask = 0;
    if (count < -1)
        return NULL;
    for (int i = 0; i < count && i < 8; i++)
        if (axis_of(axes[i], rank) >= 0 && axis_of(axes[i], rank) < rank)
            mask |= 1u << axis_of(axes[i], rank);
    return model_mean(n->m, n->in[0], mask, attribute_int(n, "keepdims", 1) != 0);
}

static struct value *pad(struct node_reading *n)
{
    int64_t p[16] = {0};
    int rank = n->in[0]->t.rank, count = whole_list(n, "pads", 1, p, 16), four[4] = {0};
    if (count < -1)
        return NULL;
    const struct value *fill = n->nin > 2 ? n->in[2] : NULL;
    double with = fill && fill->t.data && fill->t.count == 1 ? constant_at(fill, 0, 0) : attribute_real(n, "value", 0);
    if (!attribute_is(n, "mode", "constant", true) || with != 0 || (fill && !fill->t.data))
        return refuse(n->m, "pad with zeros", "pads with something else than zeros");
    if (count != 2 * rank || rank < 3 || rank > 4 || (n->nin > 3 && n->in[3]))
        return refuse(n->m, NULL, "%d pads for a tensor of %d axes", count, rank);
    if (p[0] || p[1] || p[rank] || p[rank + 1])
        return refuse(n->m, NULL, "pads samples or channels");
    for (int i = 0; i < 2 * (rank - 2); i++) {
        int64_t v = p[i % (rank - 2) + 2 + (i / (rank - 2)) * rank];
        four[2 * (i % (rank - 2)) + i / (rank - 2)] = v < 0 || v > LARGEST_SIZE ? -1 : (int)v;
    }
    return model_pad(n->m, n->in[0], four);
}

static struct value *resize(struct node_reading *n)
{
    const struct value *x = n->in[0], *scales = n->nin > 2 ? n->in[2] : NULL, *sizes = n->nin > 3 ? n->in[3] : NULL;
    double size[4];
    if (!attribute_is(n, "mode", "linear", false) ||
        !(attribute_is(n, "coordinate_transformation_mode", "half_pixel", n->opset >= 11) ||
          attribute_is(n, "coordinate_transformation_mode", "pytorch_half_pixel", false)))
        return refuse(n->m, "F.interpolate(x, size, mode=\"bilinear\", align_corners=False)",
                      "only bilinear resizing with half-pixel centres is supported");
    const struct value *by = sizes ? sizes : scales;
    if (!by || !by->t.data || by->t.count != 4 || x->t.rank != 4)
        return refuse(n->m, NULL, "its size is not a constant");
    for (int i = 0; i < 4; i++) {
        double v = tensor_at(&by->t, i);
        size[i] = sizes ? v : floor((double)x->t.shape[i] * v);
    }
    if (!(size[0] == 1) || !(size[1] == (double)x->t.shape[1]) || !(size[2] >= 1) || !(size[3] >= 1) ||
        !(size[2] <= LARGEST_SIZE) || !(size[3] <= LARGEST_SIZE))
        return refuse(n->m, NULL, "resizes to %gx%gx%gx%g", size[0], size[1], size[2], size[3]);
    return model_resize(n->m, n->in[0], (int)size[2], (int)size[3]);
}

/* ---- shapes ---- */

static struct value *same(struct node_reading *n)
{
    return model_each(n->m, OP_REORDER, n->in[0]);
}

static struct value *flatten(struct node_reading *n)
{
    const struct value *x = n->in[0];
    int64_t axis = axis_of(attribute_int(n, "axis", 1), x->t.rank);
    if (axis < 0 || axis > x->t.rank)
        return refuse(n->m, NULL, "axis %lld of %d", (long long)axis, x->t.rank);
    int64_t before = count_of((int)axis, x->t.shape);
    return model_reshape(n->m, n->in[0], 2, (int64_t[]){before, before > 0 ? x->t.count / before : 0});
}

static struct value *reshape(struct node_reading *n)
{
    const struct value *x = n->in[0];
    int64_t shape[TENSOR_RANK], known = 1;
    int rank = whole_list(n, "shape", 1, shape, TENSOR_RANK), open = -1;
    if (rank < 1)
        return rank < -1 ? NULL : refuse(n->m, NULL, "has no shape");
    for (int i = 0; i < rank; i++) {
        if (shape[i] == 0 && i < x->t.rank && !attribute_int(n, "allowzero", 0))
            shape[i] = x->t.shape[i];
        if (shape[i] == -1 && open < 0)
            open = i;
        else if (shape[i] < 1 || shape[i] > x->t.count)
            return refuse(n->m, NULL, "reshapes %s to something of size %lld", tensor_shape_text(n->m->mem, &x->t),
                          (long long)shape[i]);
        else if ((known *= shape[i]) > x->t.count)
            return refuse(n->m, NULL, "reshapes %s to something larger", tensor_shape_text(n->m->mem, &x->t));
    }
    if (open >= 0)
        shape[open] = x->t.count / known;
    return model_reshape(n->m, n->in[0], rank, shape);
}

static struct value *squeeze(struct node_reading *n)
{
    const struct value *x = n->in[0];
    bool add = n->m->type[0] == 'U';
    int64_t axes[TENSOR_RANK], shape[TENSOR_RANK];
    int count = whole_list(n, "axes", 1, axes, TENSOR_RANK), rank = 0, from = 0;
    int all = add ? x->t.rank + count : x->t.rank;
    if (count < -1 || all > TENSOR_RANK || (add && count < 0))
        return count < -1 ? NULL : refuse(n->m, NULL, "its axes are not understood");
    for (int i = 0; i < all; i++) {
        bool named = count < 0 && x->t.shape[i] == 1;
        for (int k = 0; k < count; k++)
            named = named || axis_of(axes[k], all) == i;
        if (add && !named && from == x->t.rank)
            return refuse(n->m, NULL, "its axes are not understood");
        if (add)
            shape[rank++] = named ? 1 : x->t.shape[from++];
        else if (!named)
            shape[rank++] = x->t.shape[i];
    }
    return model_reshape(n->m, n->in[0], rank, shape);
}

static struct value *transpose(struct node_reading *n)
{
    int64_t list[TENSOR_RANK];
    int rank = n->in[0]->t.rank, from[TENSOR_RANK], seen = 0;
    int count = attribute_ints(n, "perm", list, TENSOR_RANK);
    for (int i = 0; i < rank; i++) {
        int64_t axis = count < 0 ? rank - 1 - i : count == rank ? list[i] : -1;
        if (axis < 0 || axis >= rank || (seen >> axis & 1))
            return refuse(n->m, NULL, "perm is not an order of %d axes", rank);
        seen |= 1 << axis;
        from[i] = (int)axis;
    }
    return model_transpose(n->m, n->in[0], from);
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
    {"AveragePool", pool, 1},
    {"MaxPool", pool, 1},
    {"GlobalAveragePool", global_average, 1},
    {"GlobalMaxPool", global_max, 1},
    {"ReduceMean", reduce_mean, 1},
    {"Pad", pad, 1},
    {"Resize", resize, 1},
    {"Flatten", flatten, 1},
    {"Reshape", reshape, 1},
    {"Squeeze", squeeze, 1},
    {"Unsqueeze", squeeze, 1},
    {"Transpose", transpose, 1},
    {"Identity", same, 1},
    {"Dropout", same, 1},
    {"Cast", same, 1},
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
    {"LeakyRelu PRelu Elu Selu Gelu Mish Tanh Softplus Erf", "train the network with relu, relu6 or hard swish"},
    {"Concat Split Slice Gather", "if it belongs to what comes behind the classifier, end before it: --output NAME"},
    {"NonMaxSuppression TopK ArgMax Loop If Scan", "end before it: --output NAME"},
    {"Shape Expand Tile ConstantOfShape", "export with a fixed input shape (no dynamic_axes), then run onnxsim"},
    {"LayerNormalization InstanceNormalization", "group_norm is in the spec language, not in import"},
    {"Upsample", "export with opset_version=13 or later: Resize with half-pixel centres"},
    {"ConvInteger MatMulInteger DynamicQuantizeLinear", "quantise statically (QDQ), or export the float network"},
};

static bool among(const char *list, const char *word)
{
    size_t n = strlen(word);
    for (const char *at = list; (at = strstr(at, word)); at += n)
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
    bool foreign = domain && domain[0] && strcmp(domain, "ai.onnx") && strcmp(domain, "com.microsoft");
    struct value *result;
    if (foreign)
        return refuse(n->m, "export with torch.onnx.export(..., opset_version=13, dynamo=False)",
                      "belongs to '%s', not to ONNX", shown(n->m->mem, domain));
    if (!n->m->lost && onnx_fold_constant(n, &result))
        return result;
    if (n->m->lost && of_lost_shapes(n)) {
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
        if (n->in[0]->t.data && strcmp(type, "DequantizeLinear") && !strchr("ASMD", type[0]))
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
