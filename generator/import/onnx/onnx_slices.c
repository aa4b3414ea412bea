/* SPDX-License-Identifier: MIT */
/* Operators of ONNX that take a part of a map, spread one, look at all channels of a pixel, or at a whole map. */
#include "import/onnx/onnx.h"

#include <string.h>

bool onnx_has_results(const char *type)
{
    return !strcmp(type, "Split");
}

/* starts, ends, axes, steps: attributes before opset 10 */
struct value *onnx_slice(struct node_reading *n)
{
    struct value *x = n->in[0];
    int64_t from[TENSOR_RANK], to[TENSOR_RANK], axes[TENSOR_RANK], steps[TENSOR_RANK];
    int count = whole_list(n, "starts", 1, from, TENSOR_RANK), ends = whole_list(n, "ends", 2, to, TENSOR_RANK);
    int naxes = whole_list(n, "axes", 3, axes, TENSOR_RANK), nsteps = whole_list(n, "steps", 4, steps, TENSOR_RANK);
    if (count < -1 || ends < -1 || naxes < -1 || nsteps < -1)
        return NULL;
    if (count < 1 || ends != count || (naxes >= 0 && naxes != count) || (nsteps >= 0 && nsteps != count))
        return refuse(n->m, NULL, "its starts, ends and axes are not understood");
    for (int i = 0; i < count && x; i++) {
        int64_t axis = naxes < 0 ? i : axis_of(axes[i], x->t.rank), all;
        if (axis < 0 || axis >= x->t.rank)
            return refuse(n->m, NULL, "axis %lld of %d", (long long)axis, x->t.rank);
        all = x->t.shape[axis];
        int64_t begin = from[i] < 0 ? from[i] + all : from[i], end = to[i] < 0 ? to[i] + all : to[i];
        begin = begin < 0 ? 0 : begin;
        end = end > all ? all : end;
        if (end <= begin || (nsteps >= 0 && steps[i] != 1))
            return refuse(n->m, "slices of channels, with a stride of 1, are supported", "takes %lld:%lld of axis %lld",
                          (long long)begin, (long long)end, (long long)axis);
        if (begin || end != all)
            x = model_slice(n->m, x, axis, begin, end - begin);
    }
    return x == n->in[0] ? model_each(n->m, OP_REORDER, x) : x;
}

/* Parts along an axis; `split` has their sizes, else they are equal. */
struct value *onnx_split(struct node_reading *n)
{
    struct value *x = n->in[0];
    int64_t sizes[64], axis = axis_of(attribute_int(n, "axis", 0), x->t.rank), from = 0, part = 0;
    int count = whole_list(n, "split", 1, sizes, 64), parts = (int)n->proto->n_output;
    if (count < -1)
        return NULL;
    if (axis < 0 || axis >= x->t.rank || count > 64 || (count >= 0 && count != parts))
        return refuse(n->m, NULL, "%d parts of axis %lld of %s", count >= 0 ? count : parts, (long long)axis,
                      tensor_shape_text(n->m->mem, &x->t));
    for (int i = 0; i <= n->result; i++) {
        int64_t all = x->t.shape[axis], each = (all + parts - 1) / parts;
        from += part;
        part = count >= 0 ? sizes[i] : all - from < each ? all - from : each;
        if (part < 1 || part > all - from)
            return refuse(n->m, NULL, "parts that do not fit %s", tensor_shape_text(n->m->mem, &x->t));
    }
    return model_slice(n->m, x, axis, from, part);
}

/* Weights of a transposed convolution, in x out/groups x kh x kw, as those of a usual one; NULL after a message. */
static struct weights *transposed_weights(struct node_reading *n, int64_t groups)
{
    const struct value *v = n->in[1];
    const int64_t *s = v->t.shape, each = v->t.rank == 4 ? s[2] * s[3] : 0;
    bool depthwise = groups > 1 && groups == s[0] && s[1] == 1;
    if (v->t.rank != 4 || (groups != 1 && !depthwise)) {
        refuse(n->m, NULL, "a weight of %s in %lld groups", tensor_shape_text(n->m->mem, &v->t), (long long)groups);
        return NULL;
    }
    return depthwise
               ? weights_new(n->m, v, (int64_t[]){s[0], 1, s[2], s[3]}, (int64_t[]){each, 0, s[3], 1}, 0)
               : weights_new(n->m, v, (int64_t[]){s[1], s[0], s[2], s[3]}, (int64_t[]){each, s[1] * each, s[3], 1}, 1);
}

/* The sizes of a transposed convolution, and its padding where that follows from them: output_shape or TensorFlow's rule, then
 * the larger half of an odd one is in front but for SAME_UPPER.  False after a message. */
static bool transposed_sizes(struct node_reading *n, struct operation *w, int64_t *size)
{
    const struct value *x = n->in[0];
    bool upper = attribute_is(n, "auto_pad", "SAME_UPPER", false);
    bool same = upper || attribute_is(n, "auto_pad", "SAME_LOWER", false);
    bool said = attribute_ints(n, "output_shape", size, 2) == 2;
    int64_t more[2] = {0};
    attribute_ints(n, "output_padding", more, 2);
    for (int i = 0; i < 2; i++) {
        int64_t from = i ? x->map.w : x->map.h, all = (from - 1) * w->s[i] + w->k[i] + more[i];
        if (!said)
            size[i] = same ? from * w->s[i] : all - w->pad[2 * i] - w->pad[2 * i + 1];
        int64_t pad = all - size[i];
        if (size[i] < 1 || size[i] > LARGEST_SIZE || more[i] < 0 || w->pad[2 * i] < 0 || pad < 0 || pad > LARGEST_SIZE)
            return refuse(n->m, NULL, "makes a map of size %lld", (long long)size[i]) != NULL;
        if (said || same)
            w->pad[2 * i] = (int)(upper ? pad / 2 : pad - pad / 2);
    }
    return true;
}

struct value *onnx_conv_transpose(struct node_reading *n)
{
    struct value *x = n->in[0];
    struct operation like = {.k = {1, 1}, .s = {1, 1}, .d = {1, 1}};
    int64_t groups = attribute_int(n, "group", 1), size[2];
    struct weights *w = transposed_weights(n, groups);
    if (!w || !weights_bias(n->m, w, n->in[2], x))
        return NULL;
    like.k[0] = w->kh;
    like.k[1] = w->kw;
    like.groups = (int)groups;
    if (!onnx_window(n, x, &like))
        return NULL;
    if (like.d[0] * like.d[1] != 1)
        return refuse(n->m, NULL, "dilations are not supported");
    return transposed_sizes(n, &like, size) ? model_transposed(n->m, x, &like, w, (int)size[0], (int)size[1]) : NULL;
}

/* Only at the end: what learns are the scores that it compares. */
struct value *onnx_arg_max(struct node_reading *n)
{
    struct value *x = n->in[0];
    if (axis_of(attribute_int(n, "axis", 0), x->t.rank) != channel_axis(x))
        return refuse(n->m, "end before it: --output NAME", "of something else than the scores of classes");
    struct value *y = model_each(n->m, OP_ARG_MAX, x);
    y->places = true;
    return y;
}

struct value *onnx_matmul_of_pixels(struct model *m, struct value *x, struct weights *w)
{
    const struct operation like = {.s = {1, 1}, .d = {1, 1}, .groups = 1};
    int last = x->t.rank - 1, forth[TENSOR_RANK] = {0, last}, back[TENSOR_RANK] = {0};
    for (int i = 1; i < last; i++) {
        forth[i + 1] = i;
        back[i] = i + 1;
    }
    back[last] = 1;
    x = model_transpose(m, x, forth);
    x = x ? model_conv(m, x, &like, w) : NULL;
    return x ? model_transpose(m, x, back) : NULL;
}

struct value *onnx_lp_norm(struct node_reading *n)
{
    struct value *x = n->in[0];
    if (attribute_int(n, "p", 2) != 2 || axis_of(attribute_int(n, "axis", -1), x->t.rank) != 1)
        return refuse(n->m, NULL, "only of channels, and with p = 2, is supported");
    return model_l2_norm(n->m, x);
}

/* Inputs 1 and 2 of a norm, a factor and an offset for each group or channel, into the operator.  NULL after a message. */
static struct value *affine_norm(struct node_reading *n, int64_t groups)
{
    const struct value *factor = n->in[1], *offset = n->in[2];
    int64_t count = factor->t.count, c = n->in[0]->map.c;
    if (!factor->t.data || !offset->t.data || offset->t.count != count || (count != groups && count != c))
        return refuse(n->m, NULL, "its scale and bias are not constants of %lld values", (long long)c);
    struct value *y = model_group_norm(n->m, n->in[0], groups, attribute_real(n, "epsilon", 1e-5));
    for (int64_t i = 0; y && i < c; i++) {
        int64_t at = i / (c / count);
        y->def->factor[i] = (float)constant_at(factor, at, at);
        y->def->offset[i] = (float)constant_at(offset, at, at);
    }
    return y;
}

/* Of what is reshaped to 1 x groups x .., as exporters write group norms, too. */
struct value *onnx_instance_norm(struct node_reading *n)
{
    return affine_norm(n, n->in[0]->t.rank > 1 ? n->in[0]->t.shape[1] : 0);
}

struct value *onnx_group_norm(struct node_reading *n)
{
    return affine_norm(n, attribute_int(n, "num_groups", 0));
}
