/* SPDX-License-Identifier: MIT */
/* Nodes of an ONNX graph over constants: exporters compute shapes and transpose weights with them.
 *
 *     Shape -> Gather -> Unsqueeze -> Concat -> Reshape         x.view(x.size(0), -1)
 *     Transpose -> MatMul                                        nn.Linear
 *     ReduceMean -> Sub -> Mul -> ReduceMean -> Sqrt -> Div      weights that are standardised
 *
 * Every result is about as large as what it reads. */
#include "import/onnx/onnx.h"

#include <string.h>

/* The same bytes under another shape, with the scales they had. */
static struct value *seen_as(struct node_reading *n, const struct value *x, int rank, const int64_t *shape)
{
    if (rank > TENSOR_RANK || count_of(rank, shape) != x->t.count)
        return refuse(n->m, NULL, "reshapes a constant to another size");
    struct value *v = constant_new(n->m, x->t.name, x->t.type, rank, shape, x->t.data);
    v->scales = x->scales;
    v->zero_points = x->zero_points;
    v->nscale = x->nscale == 1 || rank == x->t.rank ? x->nscale : 0;
    v->scale_axis = x->scale_axis;
    return x->nscale > v->nscale ? refuse(n->m, NULL, "reshapes a constant with scales") : v;
}

static struct value *constant(struct node_reading *n)
{
    const Onnx__AttributeProto *a;
    unsigned char *data;
    struct value *v;
    if ((a = attribute(n, "value")) && a->t)
        return onnx_constant(n->m, a->t, a->t->name ? a->t->name : "constant");
    if ((a = attribute(n, "value_float")) && (v = onnx_fresh(n, TENSOR_F32, 0, NULL, &data))) {
        onnx_put_number(data, TENSOR_F32, 0, (double)a->f);
        return v;
    }
    if ((a = attribute(n, "value_int")) && (v = onnx_fresh(n, TENSOR_I64, 0, NULL, &data))) {
        onnx_put_whole(data, 8, 0, a->i);
        return v;
    }
    if ((a = attribute(n, "value_ints")) &&
        (v = onnx_fresh(n, TENSOR_I64, 1, (int64_t[]){(int64_t)a->n_ints}, &data))) {
        for (size_t i = 0; i < a->n_ints; i++)
            onnx_put_whole(data, 8, (int64_t)i, a->ints[i]);
        return v;
    }
    if ((a = attribute(n, "value_floats")) &&
        (v = onnx_fresh(n, TENSOR_F32, 1, (int64_t[]){(int64_t)a->n_floats}, &data))) {
        memcpy(data, a->floats, sizeof(float) * a->n_floats);
        return v;
    }
    return refuse(n->m, NULL, "a constant of a kind that is not supported");
}

static struct value *shape(struct node_reading *n)
{
    const struct value *x = n->in[0];
    unsigned char *data;
    int64_t from = attribute_int(n, "start", 0), to = attribute_int(n, "end", x->t.rank), rank = x->t.rank;
    from = from < 0 ? from + rank : from;
    to = to < 0 ? to + rank : to > rank ? rank : to;
    if (from < 0 || from > to)
        return refuse(n->m, NULL, "start and end are not understood");
    struct value *v = onnx_fresh(n, TENSOR_I64, 1, &(int64_t){to - from}, &data);
    for (int64_t i = from; v && i < to; i++)
        onnx_put_whole(data, 8, i - from, x->t.shape[i]);
    return v;
}

static struct value *gather(struct node_reading *n)
{
    const struct value *x = n->in[0], *index = n->in[1];
    unsigned char *data;
    if (x->t.rank != 1 || index->t.rank > 1 || attribute_int(n, "axis", 0) != 0)
        return refuse(n->m, NULL, "of a constant that is not a list");
    struct value *v = onnx_fresh(n, x->t.type, index->t.rank, index->t.shape, &data);
    for (int64_t i = 0; v && i < v->t.count; i++) {
        double at = tensor_at(&index->t, i);
        at += at < 0 ? (double)x->t.count : 0;
        if (!(at >= 0 && at < (double)x->t.count))
            return refuse(n->m, NULL, "element %g of %lld", at, (long long)x->t.count);
        onnx_put_number(data, x->t.type, i, tensor_at(&x->t, (int64_t)at));
    }
    return v;
}

static struct value *concat(struct node_reading *n)
{
    unsigned char *data;
    int64_t count = 0, at = 0;
    for (int i = 0; i < n->nin; i++) {
        if (!n->in[i] || n->in[i]->t.rank != 1 || n->in[i]->t.type != n->in[0]->t.type)
            return refuse(n->m, NULL, "of constants that are not lists");
        count += n->in[i]->t.count;
    }
    struct value *v = onnx_fresh(n, n->in[0]->t.type, 1, &count, &data);
    for (int i = 0; v && i < n->nin; i++)
        for (int64_t k = 0; k < n->in[i]->t.count; k++)
            onnx_put_number(data, v->t.type, at++, tensor_at(&n->in[i]->t, k));
    return v;
}

/* One axis of a slice: from `at`, `count` elements, each `step` behind the last. */
struct axis_slice {
    int64_t at, count, step;
};

/* from .. to, as Python counts, of an axis of `size`. */
static struct axis_slice range_of(int64_t from, int64_t to, int64_t step, int64_t size)
{
    int64_t least = step > 0 ? 0 : -1, most = step > 0 ? size : size - 1, large = (int64_t)1 << 40;
    step = step > large ? large : step < -large ? -large : step;
    from += from < 0 ? size : 0;
    to += to < 0 ? size : 0;
    from = from < least ? least : from > most ? most : from;
    to = to < least ? least : to > most ? most : to;
    int64_t way = step > 0 ? to - from : from - to, each = step > 0 ? step : -step;
    return (struct axis_slice){from, way > 0 ? (way + each - 1) / each : 0, step};
}

/* starts, ends, axes, steps are inputs, before opset 10 attributes */
static struct value *slice(struct node_reading *n)
{
    static const char *const names[] = {"starts", "ends", "axes", "steps"};
    const struct value *x = n->in[0];
    struct axis_slice range[TENSOR_RANK];
    int64_t list[4][TENSOR_RANK], shape[TENSOR_RANK];
    int count[4], rank = x->t.rank;
    unsigned char *data;
    for (int k = 0; k < 4; k++) {
        const struct value *v = k + 1 < n->nin ? n->in[k + 1] : NULL;
        count[k] =
            v ? (int)(v->t.count <= TENSOR_RANK ? v->t.count : -2) : attribute_ints(n, names[k], list[k], TENSOR_RANK);
        for (int i = 0; v && i < count[k]; i++)
            list[k][i] = constant_whole(v, i);
    }
    if (count[0] < 1 || count[0] > rank || count[1] != count[0] || (count[2] != -1 && count[2] != count[0]) ||
        (count[3] != -1 && count[3] != count[0]))
        return refuse(n->m, NULL, "with axes or steps that are not understood");
    for (int i = 0; i < rank; i++)
        range[i] = (struct axis_slice){0, x->t.shape[i], 1};
    for (int i = 0; i < count[0]; i++) {
        int64_t axis = count[2] < 0 ? i : list[2][i] + (list[2][i] < 0 ? rank : 0),
                step = count[3] < 0 ? 1 : list[3][i];
        if (axis < 0 || axis >= rank || !step)
            return refuse(n->m, NULL, "with axes or steps that are not understood");
        range[axis] = range_of(list[0][i], list[1][i], step, x->t.shape[axis]);
    }
    for (int i = 0; i < rank; i++)
        shape[i] = range[i].count;
    struct value *v = onnx_fresh(n, x->t.type, rank, shape, &data);
    for (int64_t i = 0; v && i < v->t.count; i++) {
        int64_t rest = i, from = 0, size = 1;
        for (int k = rank - 1; k >= 0; k--) {
            from += (range[k].at + rest % shape[k] * range[k].step) * size;
            rest /= shape[k];
            size *= x->t.shape[k];
        }
        onnx_put_number(data, x->t.type, i, tensor_at(&x->t, from));
    }
    return v;
}

/* The sizes that a constant lists; their number, -1 after a message. */
static int sizes_of(struct node_reading *n, const struct value *list, int64_t *shape)
{
    bool fits = list->t.rank <= 1 && list->t.count <= TENSOR_RANK;
    for (int64_t i = 0; fits && i < list->t.count; i++)
        shape[i] = constant_whole(list, i);
    if (!fits)
        refuse(n->m, NULL, "a shape of %lld axes", (long long)list->t.count);
    return fits ? (int)list->t.count : -1;
}

static struct value *constant_of_shape(struct node_reading *n)
{
    const Onnx__AttributeProto *a = attribute(n, "value");
    struct value *fill = a && a->t ? onnx_constant(n->m, a->t, "value") : NULL;
    enum tensor_type type = fill ? fill->t.type : TENSOR_F32;
    int64_t shape[TENSOR_RANK];
    unsigned char *data;
    int rank = sizes_of(n, n->in[0], shape);
    if (rank < 0 || (a && a->t && (!fill || fill->t.count != 1)))
        return rank < 0 || !fill ? NULL : refuse(n->m, NULL, "of several values");
    struct value *v = onnx_fresh(n, type, rank, shape, &data);
    for (int64_t i = 0; v && i < v->t.count; i++)
        onnx_put_number(data, type, i, fill ? tensor_at(&fill->t, 0) : 0);
    return v;
}

/* Of one number, or to the shape that it has, but for axes of size 1 in front. */
static struct value *expand(struct node_reading *n)
{
    const struct value *x = n->in[0];
    int64_t shape[TENSOR_RANK], last = 1;
    unsigned char *data;
    int rank = sizes_of(n, n->in[1], shape);
    for (int i = 0; i < rank; i++) {
        int from = i - rank + x->t.rank;
        shape[i] = shape[i] == 1 && from >= 0 ? x->t.shape[from] : shape[i];
    }
    for (int i = rank - 1; i >= 0 && last < x->t.count && shape[i] > 0; i--)
        last *= shape[i];
    if (rank < x->t.rank || last != x->t.count)
        return rank < 0 ? NULL : refuse(n->m, NULL, "of a constant in the middle of its axes");
    struct value *v = onnx_fresh(n, x->t.type, rank, shape, &data);
    for (int64_t i = 0; v && i < v->t.count; i++)
        onnx_put_number(data, x->t.type, i, tensor_at(&x->t, i % x->t.count));
    return v;
}

static struct value *cast(struct node_reading *n)
{
    const struct value *x = n->in[0];
    int64_t to = attribute_int(n, "to", 0);
    unsigned char *data;
    enum tensor_type type = to == ONNX__TENSOR_PROTO__DATA_TYPE__FLOAT   ? TENSOR_F32
                            : to == ONNX__TENSOR_PROTO__DATA_TYPE__INT64 ? TENSOR_I64
                                                                         : TENSOR_I32;
    if (type == TENSOR_I32 && to != ONNX__TENSOR_PROTO__DATA_TYPE__INT32)
        return refuse(n->m, NULL, "of a constant to type %lld", (long long)to);
    struct value *v = onnx_fresh(n, type, x->t.rank, x->t.shape, &data);
    for (int64_t i = 0; v && i < v->t.count; i++)
        onnx_put_number(data, type, i, constant_at(x, i, 0));
    return v;
}

static struct value *same(struct node_reading *n)
{
    return n->in[0];
}

/* Squeeze, Unsqueeze, Flatten and Reshape change the shape alone. */
static struct value *reshape(struct node_reading *n)
{
    const struct value *x = n->in[0], *list = n->nin > 1 ? n->in[1] : NULL;
    int64_t axes[TENSOR_RANK], shape_to[TENSOR_RANK];
    char kind = n->m->type[0]; /* Squeeze Unsqueeze Reshape */
    int count = attribute_ints(n, "axes", axes, TENSOR_RANK), rank = 0, from = 0;
    for (int64_t i = 0; list && i < list->t.count && i < TENSOR_RANK; i++)
        axes[count = (int)i] = constant_whole(list, i);
    count += list != NULL;
    if (list && list->t.count == 0)
        count = 0;
    if (count > TENSOR_RANK || (list && list->t.count > TENSOR_RANK))
        return refuse(n->m, NULL, "of a constant to too many axes");
    if (kind == 'R') {
        int64_t known = 1;
        for (int i = 0; i < count; i++) {
            shape_to[i] = i < x->t.rank && axes[i] == 0 ? x->t.shape[i] : axes[i];
            known *= shape_to[i] > 0 && shape_to[i] <= x->t.count && known <= x->t.count ? shape_to[i] : 1;
        }
        for (int i = 0; i < count; i++)
            if (shape_to[i] == -1)
                shape_to[i] = x->t.count / (known ? known : 1);
        return seen_as(n, x, count < 0 ? 0 : count, shape_to);
    }
    int all = kind == 'U' ? x->t.rank + (count < 0 ? 0 : count) : x->t.rank;
    for (int i = 0; i < all && all <= TENSOR_RANK; i++) {
        bool named = count < 0 && x->t.shape[i] == 1;
        for (int k = 0; k < count; k++)
            named = named || (axes[k] < 0 ? axes[k] + all : axes[k]) == i;
        if (kind == 'U' && (named || from < x->t.rank))
            shape_to[rank++] = named ? 1 : x->t.shape[from++];
        else if (kind != 'U' && !named)
            shape_to[rank++] = x->t.shape[i];
    }
    return seen_as(n, x, rank, shape_to);
}

static struct value *transpose(struct node_reading *n)
{
    const struct value *x = n->in[0];
    int64_t perm[TENSOR_RANK], to[TENSOR_RANK], step[TENSOR_RANK], size = 1;
    int rank = x->t.rank, count = attribute_ints(n, "perm", perm, TENSOR_RANK), seen = 0;
    unsigned char *data;
    for (int i = rank - 1; i >= 0; i--) {
        step[i] = size;
        size *= x->t.shape[i];
    }
    for (int i = 0; i < rank; i++) {
        perm[i] = count < 0 ? rank - 1 - i : count == rank ? perm[i] : -1;
        if (perm[i] < 0 || perm[i] >= rank || (seen >> perm[i] & 1))
            return refuse(n->m, NULL, "perm is not an order of %d axes", rank);
        seen |= 1 << perm[i];
        to[i] = x->t.shape[perm[i]];
    }
    int bytes = tensor_type_bytes(x->t.type);
    struct value *v = onnx_fresh(n, x->t.type, rank, to, &data);
    for (int64_t i = 0; v && i < v->t.count; i++) {
        int64_t rest = i, from = 0;
        for (int k = rank - 1; k >= 0; k--) {
            from += rest % to[k] * step[perm[k]];
            rest /= to[k];
        }
        memcpy(data + i * bytes, x->t.data + from * bytes, (size_t)bytes);
    }
    if (v) {
        v->t.name = x->t.name;
        v->scales = x->scales;
        v->zero_points = x->zero_points;
        v->nscale = x->nscale;
        for (int i = 0; i < rank; i++)
            if (perm[i] == x->scale_axis)
                v->scale_axis = i;
    }
    return v;
}

static const struct {
    const char *name;
    struct value *(*fold)(struct node_reading *n);
    int least;
    bool any_input; /* shape: its input need not be constant */
} rows[] = {
    {"Constant", constant, 0, false},
    {"Shape", shape, 1, true},
    {"Gather", gather, 2, false},
    {"Concat", concat, 1, false},
    {"Slice", slice, 1, false},
    {"Cast", cast, 1, false},
    {"Add", onnx_two_constants, 2, false},
    {"Sub", onnx_two_constants, 2, false},
    {"Mul", onnx_two_constants, 2, false},
    {"Div", onnx_two_constants, 2, false},
    {"Pow", onnx_two_constants, 2, false},
    {"Sqrt", onnx_one_constant, 1, false},
    {"Neg", onnx_one_constant, 1, false},
    {"Reciprocal", onnx_one_constant, 1, false},
    {"ReduceMean", onnx_reduce_constant, 1, false},
    {"ReduceSum", onnx_reduce_constant, 1, false},
    {"ReduceProd", onnx_reduce_constant, 1, false},
    {"ReduceSumSquare", onnx_reduce_constant, 1, false},
    {"ReduceL2", onnx_reduce_constant, 1, false},
    {"ConstantOfShape", constant_of_shape, 1, false},
    {"Expand", expand, 2, false},
    {"Identity", same, 1, false},
    {"Squeeze", reshape, 1, false},
    {"Unsqueeze", reshape, 1, false},
    {"Reshape", reshape, 2, false},
    {"Transpose", transpose, 1, false},
};

bool onnx_is_foldable(const char *type)
{
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        if (!strcmp(rows[i].name, type))
            return true;
    return false;
}

bool onnx_fold_constant(struct node_reading *n, struct value **result)
{
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        bool constant_inputs = n->nin >= rows[i].least;
        for (int k = 0; k < n->nin; k++)
            constant_inputs =
                constant_inputs && (n->in[k] ? n->in[k]->t.data || rows[i].any_input : k >= rows[i].least);
        if (strcmp(rows[i].name, n->m->type) || !constant_inputs)
            continue;
        *result = rows[i].fold(n);
        return true;
    }
    return false;
}
