/* SPDX-License-Identifier: MIT */
/* The operators of TFLite that change a map's size or shape, or take a part of it. */
#include "import/tflite/tflite.h"

#include <string.h>

static bool is_constant(const struct value *v)
{
    return v && v->t.data;
}

/* ---- options ---- */

int option_int(struct operator_reading *r, int field, int64_t fallback)
{
    int64_t v = flat_int(r->flat, r->options, field, 4, fallback);
    return v < -1 || v > LARGEST_SIZE ? -1 : (int)v;
}

int option_byte(struct operator_reading *r, int field)
{
    return (int)flat_int(r->flat, r->options, field, 1, 0);
}

struct value *tflite_pad(struct operator_reading *r)
{
    const struct value *p = r->in[1], *fill = r->nin > 2 ? r->in[2] : NULL;
    int four[4];
    if (!is_constant(p) || p->t.count != 8 || r->in[0]->t.rank != 4)
        return refuse(r->m, NULL, "its pads are not a constant of 4x2");
    struct value *x = r->in[0];
    int zero = fill && fill->nscale == 1 ? fill->zero_points[0] : 0;
    if (fill && (!fill->t.data || fill->t.count != 1 || tensor_at(&fill->t, 0) != zero))
        return refuse(r->m, "pad with zeros", "pads with something else than zeros");
    for (int i = 0; i < 8; i++) {
        int64_t v = constant_whole(p, i);
        if (v < 0 || v > LARGEST_SIZE || (i < 2 && v))
            return refuse(r->m, NULL, i < 2 ? "pads samples" : "pads by %lld", (long long)v);
        if (i >= 2 && i <= 5)
            four[i - 2] = (int)v;
    }
    int64_t before = constant_whole(p, 6), all = before + constant_whole(p, 7);
    if (all && !(x = model_channels(r->m, x, -before, x->map.c + all)))
        return NULL;
    return all && !(four[0] | four[1] | four[2] | four[3]) ? x : model_pad(r->m, x, four);
}

static bool is_nearest(const struct operator_reading *r)
{
    return r->code == 97;
}

/* align_corners, half_pixel_centers: behind two fields that are no more, or of neighbours the first */
bool tflite_look_at_resize(struct operator_reading *r)
{
    if (is_nearest(r) && !option_byte(r, 0))
        return true;
    if (!is_nearest(r) && !(option_byte(r, 2) && option_byte(r, 3)))
        return true;
    refuse(r->m, "tf.image.resize(x, size) or tf.keras.layers.Resizing",
           is_nearest(r) ? "nearest neighbours with corners aligned are not supported"
                         : "corners aligned and half-pixel centres at once are not possible");
    return false;
}

struct value *tflite_resize(struct operator_reading *r)
{
    const struct value *size = r->in[1];
    if (!is_constant(size) || size->t.count != 2)
        return refuse(r->m, NULL, "its size is not a constant");
    int64_t h = constant_whole(size, 0), w = constant_whole(size, 1);
    const struct shape *x = &r->in[0]->map;
    if (is_nearest(r) && option_byte(r, 1) && (h % x->h || w % x->w))
        return refuse(r->m, "resize by a whole factor", "its neighbours are not those of a spec");
    struct operation like = {.mode = is_nearest(r) ? RESIZE_NEAREST : RESIZE_BILINEAR};
    if (!is_nearest(r) && !option_byte(r, 3))
        like.align = option_byte(r, 2) ? ALIGN_CORNERS : ALIGN_EDGES;
    return model_resize(r->m, r->in[0], h > LARGEST_SIZE ? -1 : (int)h, w > LARGEST_SIZE ? -1 : (int)w, &like);
}

/* ---- shapes ---- */

/* The declared result has the shape; a constant beside it, if there is one, must say the same. */
struct value *tflite_reshape(struct operator_reading *r)
{
    const struct value *x = r->in[0];
    int64_t shape[TENSOR_RANK];
    int rank = r->rank;
    memcpy(shape, r->shape, sizeof shape);
    if (r->m->resized && rank == 2) /* of a new size: a flattening is still one */
        shape[1] = x->t.count;
    return model_reshape(r->m, r->in[0], rank, shape);
}

struct value *tflite_transpose(struct operator_reading *r)
{
    const struct value *perm = r->in[1];
    int rank = r->in[0]->t.rank, from[TENSOR_RANK], seen = 0;
    if (!is_constant(perm) || perm->t.count != rank)
        return refuse(r->m, NULL, "its order of axes is not a constant");
    for (int i = 0; i < rank; i++) {
        int64_t axis = constant_whole(perm, i);
        if (axis < 0 || axis >= rank || (seen >> axis & 1))
            return refuse(r->m, NULL, "not an order of %d axes", rank);
        seen |= 1 << axis;
        from[i] = (int)axis;
    }
    return model_transpose(r->m, r->in[0], from);
}

struct value *tflite_shape_part(struct operator_reading *r)
{
    bool of_shapes = r->code == 77;
    for (int i = 0; i < r->nin; i++)
        of_shapes = of_shapes || (r->in[i] && r->in[i]->is_shape);
    if (!of_shapes)
        return refuse(r->m, NULL, "of something else than a shape is not supported");
    struct value *v = value_new(r->m, "", r->rank, r->shape);
    v->is_shape = true;
    return v;
}

/* ---- slices ---- */

/* x, begin, size (-1: all that is left) */
struct value *tflite_slice(struct operator_reading *r)
{
    struct value *x = r->in[0];
    const struct value *begin = r->in[1], *size = r->in[2];
    if (!is_constant(begin) || !is_constant(size) || begin->t.count != x->t.rank || size->t.count != x->t.rank)
        return refuse(r->m, NULL, "its beginning or size is not a constant of %d values", x->t.rank);
    for (int i = 0; i < x->t.rank && x; i++) {
        int64_t from = constant_whole(begin, i), n = constant_whole(size, i), all = x->t.shape[i];
        n = n == -1 ? all - from : n;
        if (from < 0 || n < 1 || n > all - from)
            return refuse(r->m, NULL, "takes %lld from %lld on of %lld", (long long)n, (long long)from, (long long)all);
        if (from || n != all)
            return model_slice(r->m, x, i, from, n); /* of one axis: others would be none of channels */
    }
    return model_each(r->m, OP_REORDER, x);
}

/* Axis i of a STRIDED_SLICE: where it begins and how many it takes; false after a message. */
static bool stretch(struct operator_reading *r, int i, int64_t *from, int64_t *n)
{
    int64_t all = r->in[0]->t.shape[i], begin = constant_whole(r->in[1], i), end = constant_whole(r->in[2], i);
    int begins = option_int(r, 0, 0), ends = option_int(r, 1, 0);
    begin = begins >> i & 1 ? 0 : begin < 0 ? begin + all : begin;
    if (option_byte(r, 5)) /* counted from where it begins */
        end += begin;
    end = ends >> i & 1 || end > all ? all : end < 0 ? end + all : end;
    *from = begin;
    *n = end - begin;
    if (constant_whole(r->in[3], i) == 1 && begin >= 0 && *n >= 1)
        return true;
    refuse(r->m, "slices of channels, with a stride of 1, are supported", "takes %lld:%lld:%lld of axis %d",
           (long long)begin, (long long)end, (long long)constant_whole(r->in[3], i), i);
    return false;
}

/* x, begin, end, strides; bits of axes: begin and end that do not count, and what changes the number of axes */
static struct value *strided_slice(struct operator_reading *r)
{
    struct value *x = r->in[0];
    for (int k = 1; k < 4; k++)
        if (!is_constant(r->in[k]) || r->in[k]->t.count != x->t.rank)
            return refuse(r->m, NULL, "its beginning, end or stride is not a constant of %d values", x->t.rank);
    if (option_int(r, 2, 0) || option_int(r, 3, 0) || option_int(r, 4, 0))
        return refuse(r->m, "slices of channels are supported", "adds or removes axes");
    for (int i = 0; i < x->t.rank; i++) {
        int64_t from, n;
        if (!stretch(r, i, &from, &n))
            return NULL;
        if (from || n != x->t.shape[i])
            return model_slice(r->m, x, i, from, n);
    }
    return model_each(r->m, OP_REORDER, x);
}

struct value *tflite_strided_slice(struct operator_reading *r)
{
    bool of_shapes = !r->in[0] || r->in[0]->is_shape || r->in[0]->t.data || r->nin < 4;
    return of_shapes ? tflite_shape_part(r) : strided_slice(r);
}

/* SPLIT (axis, x): equal parts.  SPLIT_V (x, sizes, axis). */
struct value *tflite_split(struct operator_reading *r)
{
    bool equal = r->code == 49;
    struct value *x = r->in[equal ? 1 : 0];
    const struct value *axes = r->in[equal ? 0 : 2], *sizes = equal ? NULL : r->in[1];
    if (!x || x->t.data || !is_constant(axes) || axes->t.count != 1 || (sizes && !is_constant(sizes)))
        return refuse(r->m, NULL, "its axis or sizes are not constants");
    int64_t axis = constant_whole(axes, 0), from = 0, n = 0;
    axis += axis < 0 ? x->t.rank : 0;
    int parts = equal ? option_int(r, 0, 0) : (int)sizes->t.count;
    if (axis < 0 || axis >= x->t.rank || parts < 1 || r->result >= parts || (equal && x->t.shape[axis] % parts))
        return refuse(r->m, NULL, "%d parts of axis %lld of %s", parts, (long long)axis,
                      tensor_shape_text(r->m->mem, &x->t));
    for (int i = 0; i <= r->result; i++) {
        from += n;
        n = equal ? x->t.shape[axis] / parts : constant_whole(sizes, i);
        if (n == -1)
            n = i == parts - 1 ? x->t.shape[axis] - from : 0;
        if (n < 1 || from + n > x->t.shape[axis])
            return refuse(r->m, NULL, "parts that do not fit %s", tensor_shape_text(r->m->mem, &x->t));
    }
    return model_slice(r->m, x, axis, from, n);
}

bool tflite_has_results(int code)
{
    return code == 49 || code == 102;
}
