/* SPDX-License-Identifier: MIT */
/* Operators of ONNX that change a map's size or shape: pools, pads, resizing, reshaping. */
#include "import/onnx/onnx.h"

#include <math.h>
#include <string.h>

/* ---- small helpers ---- */

int whole_list(struct node_reading *n, const char *name, int i, int64_t *out, int most)
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

int64_t axis_of(int64_t axis, int rank)
{
    return axis < 0 ? axis + rank : axis;
}

static bool undilated(struct node_reading *n, const int64_t *kernel, int count)
{
    int64_t list[8] = {0};
    int have = attribute_ints(n, "dilations", list, 8);
    for (int i = 0; i < have && i < count && i < 8; i++)
        if (list[i] != 1 && kernel[i] != 1) {
            refuse(n->m, "use a larger kernel without dilation", "dilation %lld is not supported", (long long)list[i]);
            return false;
        }
    return true;
}

/* Strides and pads; the kernel is in w->k already. */
bool onnx_window(struct node_reading *n, const struct value *x, struct operation *w)
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
            else
                w->d[i] = v;
        }
    }
    bool upper = attribute_is(n, "auto_pad", "SAME_UPPER", false);
    if (upper || attribute_is(n, "auto_pad", "SAME_LOWER", false))
        same_pads(w, x->map.h, x->map.w, upper);
    return true;
}

/* ---- pools, pads, resizing ---- */

/* ceil_mode: one more window where values would be left over, unless it begins in the padding
 * behind. */
static int left_over(int size, int before, int behind, int k, int s)
{
    int room = size + before + behind - k, count = room / s + 1;
    if (room < 0 || room % s == 0 || count * s >= size + before)
        return 0;
    return count * s + k - (size + before + behind);
}

bool onnx_look_at_pool(struct node_reading *n)
{
    int64_t k[2] = {0};
    int count = attribute_ints(n, "kernel_shape", k, 2);
    return undilated(n, k, count < 2 ? count : 2);
}

struct value *onnx_pool(struct node_reading *n)
{
    struct value *x = n->in[0];
    bool average = !strcmp(n->m->type, "AveragePool");
    struct operation w = {.k = {1, 1}, .s = {1, 1}};
    int64_t k[2] = {0};
    int count = attribute_ints(n, "kernel_shape", k, 2);
    if (count != x->t.rank - 2)
        return refuse(n->m, NULL, "kernel_shape has %d sizes", count);
    for (int i = 0; i < count && i < 2; i++)
        w.k[i] = k[i] > 0 && k[i] <= LARGEST_SIZE ? (int)k[i] : 0;
    if (!onnx_window(n, x, &w))
        return NULL;
    w.inside = average && !attribute_int(n, "count_include_pad", 0);
    for (int i = 0; attribute_int(n, "ceil_mode", 0) && i < 2 && w.s[i] > 0; i++) {
        int more = left_over(i ? x->map.w : x->map.h, w.pad[2 * i], w.pad[2 * i + 1], w.k[i], w.s[i]);
        if (more && average && !w.inside) /* what lies beyond the padding never counts */
            return refuse(n->m, "use ceil_mode=False", "ceil_mode, where windows reach over the edge");
        w.pad[2 * i + 1] += more;
    }
    return model_pool(n->m, average ? OP_AVG_POOL : OP_MAX_POOL, x, &w);
}

struct value *onnx_global_average(struct node_reading *n)
{
    return model_mean(n->m, n->in[0], ~3u, true);
}

struct value *onnx_global_max(struct node_reading *n)
{
    struct operation w = {.k = {n->in[0]->map.h, n->in[0]->map.w}, .s = {1, 1}};
    return model_pool(n->m, OP_MAX_POOL, n->in[0], &w);
}

struct value *onnx_reduce_mean(struct node_reading *n)
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

bool onnx_look_at_pad(struct node_reading *n)
{
    const struct value *fill = n->nin > 2 ? n->in[2] : NULL;
    double with = fill && fill->t.data && fill->t.count == 1 ? constant_at(fill, 0, 0) : attribute_real(n, "value", 0);
    if (attribute_is(n, "mode", "constant", true) && with == 0 && (!fill || fill->t.data || fill->lost))
        return true;
    refuse(n->m, "pad with zeros", "pads with something else than zeros");
    return false;
}

/* The axes that a list of an operator is about: those of input i, or of its attribute where that is none, else all; -1
 * after a message. */
static int axes_named(struct node_reading *n, int i, int64_t *axes)
{
    int rank = n->in[0]->t.rank, count = whole_list(n, "axes", i, axes, TENSOR_RANK);
    for (int k = 0; count == -1 && k < rank; k++)
        axes[k] = k;
    for (int k = 0; k < count; k++) {
        axes[k] = axis_of(axes[k], rank);
        if (axes[k] < 0 || axes[k] >= rank)
            return refuse(n->m, NULL, "an axis of a tensor of %d", rank) ? 0 : -1;
    }
    return count == -1 ? rank : count < 0 ? -1 : count;
}

struct value *onnx_pad(struct node_reading *n)
{
    int64_t list[16], p[16] = {0}, axes[TENSOR_RANK];
    int rank = n->in[0]->t.rank, count = whole_list(n, "pads", 1, list, 16), four[4] = {0};
    int named = count < -1 ? -1 : axes_named(n, 3, axes);
    if (named < 0)
        return NULL;
    if (count != 2 * named || rank < 3 || rank > 4)
        return refuse(n->m, NULL, "%d pads for %d of %d axes", count, named, rank);
    for (int i = 0; i < named; i++) {
        p[axes[i]] = list[i];
        p[axes[i] + rank] = list[i + named];
    }
    for (int i = 0; i < 2 * rank; i++)
        if (p[i] < 0 || p[i] > LARGEST_SIZE || (i % rank == 0 && p[i]))
            return refuse(n->m, NULL, i % rank ? "pads by %lld" : "pads samples", (long long)p[i]);
    struct value *x = n->in[0];
    if (p[1] + p[rank + 1] && !(x = model_channels(n->m, x, -p[1], x->map.c + p[1] + p[rank + 1])))
        return NULL;
    for (int i = 0; i < 2 * (rank - 2); i++) {
        four[2 * (i % (rank - 2)) + i / (rank - 2)] = (int)p[i % (rank - 2) + 2 + (i / (rank - 2)) * rank];
    }
    return x != n->in[0] && !(four[0] | four[1] | four[2] | four[3]) ? x : model_pad(n->m, x, four);
}

/* The coordinates of the source are those of pixels' centres; as older opsets have it only if they say so. */
static bool half_pixel(const struct node_reading *n)
{
    const char *name = "coordinate_transformation_mode";
    return attribute_is(n, name, "half_pixel", n->opset >= 11) || attribute_is(n, name, "pytorch_half_pixel", false);
}

static bool is_asymmetric(const struct node_reading *n)
{
    return n->opset < 11 || attribute_is(n, "coordinate_transformation_mode", "asymmetric", false);
}

static bool is_nearest(const struct node_reading *n)
{
    return attribute_is(n, "mode", "nearest", true);
}

bool onnx_look_at_resize(struct node_reading *n)
{
    bool corners = attribute_is(n, "coordinate_transformation_mode", "align_corners", false);
    bool known = is_asymmetric(n) || half_pixel(n);
    if (is_nearest(n) ? known : attribute_is(n, "mode", "linear", false) && (known || corners))
        return true;
    refuse(n->m, "F.interpolate(x, size, mode=\"bilinear\"), or mode=\"nearest\"",
           "only bilinear resizing and nearest neighbours are supported");
    return false;
}

/* True if each pixel becomes just as many, or the source of a pixel is rounded down as in a spec. */
static bool plain_nearest(const struct node_reading *n, int from, int to)
{
    bool down = n->opset < 11 || attribute_is(n, "nearest_mode", "floor", false);
    bool nearest = attribute_is(n, "nearest_mode", "round_prefer_floor", n->opset >= 11);
    nearest = nearest || attribute_is(n, "nearest_mode", "round_prefer_ceil", false);
    if (half_pixel(n))
        return nearest && to % from == 0;
    return down || (to == 2 * from && attribute_is(n, "nearest_mode", "round_prefer_floor", n->opset >= 11)) ||
           to == from;
}

struct value *onnx_resize(struct node_reading *n)
{
    bool first = n->opset < 11; /* and Upsample: scales are the second input */
    const struct value *x = n->in[0], *scales = n->nin > 2 - first ? n->in[2 - first] : NULL,
                       *sizes = n->nin > 3 ? n->in[3] : NULL;
    double size[4];
    int64_t axes[TENSOR_RANK];
    const struct value *by = sizes ? sizes : scales;
    int named = axes_named(n, n->nin, axes);
    if (named < 0)
        return NULL;
    if (!by || !by->t.data || by->t.count != named || x->t.rank != 4)
        return refuse(n->m, NULL, "its size is not a constant");
    for (int i = 0; i < 4; i++)
        size[i] = (double)x->t.shape[i];
    for (int i = 0; i < named; i++)
        size[axes[i]] = sizes ? tensor_at(&by->t, i) : floor(size[axes[i]] * tensor_at(&by->t, i));
    if (!(size[0] == 1) || !(size[1] == (double)x->t.shape[1]) || !(size[2] >= 1) || !(size[3] >= 1) ||
        !(size[2] <= LARGEST_SIZE) || !(size[3] <= LARGEST_SIZE))
        return refuse(n->m, NULL, "resizes to %gx%gx%gx%g", size[0], size[1], size[2], size[3]);
    if (is_nearest(n) && !(plain_nearest(n, x->map.h, (int)size[2]) && plain_nearest(n, x->map.w, (int)size[3])))
        return refuse(n->m, "resize by a whole factor", "its neighbours are not those that a factor of %g, %g gives",
                      size[2] / x->map.h, size[3] / x->map.w);
    struct operation like = {.mode = is_nearest(n) ? RESIZE_NEAREST : RESIZE_BILINEAR};
    if (!is_nearest(n) && !half_pixel(n))
        like.align = is_asymmetric(n) ? ALIGN_EDGES : ALIGN_CORNERS;
    return model_resize(n->m, n->in[0], (int)size[2], (int)size[3], &like);
}

/* ---- shapes ---- */

struct value *onnx_same(struct node_reading *n)
{
    return model_each(n->m, OP_REORDER, n->in[0]);
}

struct value *onnx_flatten(struct node_reading *n)
{
    const struct value *x = n->in[0];
    int64_t axis = axis_of(attribute_int(n, "axis", 1), x->t.rank);
    if (axis < 0 || axis > x->t.rank)
        return refuse(n->m, NULL, "axis %lld of %d", (long long)axis, x->t.rank);
    int64_t before = count_of((int)axis, x->t.shape);
    return model_reshape(n->m, n->in[0], 2, (int64_t[]){before, before > 0 ? x->t.count / before : 0});
}

struct value *onnx_reshape(struct node_reading *n)
{
    const struct value *x = n->in[0];
    int64_t shape[TENSOR_RANK], known = 1;
    int rank = whole_list(n, "shape", 1, shape, TENSOR_RANK), open = -1;
    if (rank < 1)
        return rank < -1 ? NULL : refuse(n->m, NULL, "has no shape");
    for (int i = 0; i < rank; i++) {
        if (i < x->t.rank && shape[i] == 0 && !attribute_int(n, "allowzero", 0))
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

struct value *onnx_squeeze(struct node_reading *n)
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

struct value *onnx_transpose(struct node_reading *n)
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
