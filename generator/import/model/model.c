/* SPDX-License-Identifier: MIT */
/* Operators of a model, one function each: checked against what they read, then appended. */
#include "import/model/model.h"

#include <math.h>
#include <string.h>

static struct operation *append(struct model *m, enum op_kind kind, struct value *a, struct value *b)
{
    struct operation *o = NEW(m->mem, struct operation);
    *o = (struct operation){.kind = kind,
                            .index = m->index,
                            .name = m->name ? m->name : "",
                            .type = m->type,
                            .in = {a, b},
                            .nin = b ? 2 : 1,
                            .k = {1, 1},
                            .s = {1, 1},
                            .d = {1, 1},
                            .groups = 1,
                            .source = {m->index},
                            .nsource = 1};
    a->readers++;
    if (b)
        b->readers++;
    o->out = value_new(m, "", 0, NULL);
    o->out->def = o;
    GROW(m->mem, m->op, m->nop, m->capacity);
    return m->op[m->nop++] = o;
}

/* ---- windows ---- */

static int windows(int size, int before, int behind, int k, int s)
{
    int64_t room = (int64_t)size + before + behind - k;
    return room < 0 ? 0 : (int)(room / s + 1);
}

/* What a window spans, with its dilation; 0 stands for 1, where nobody said it. */
static int spanned(const struct operation *o, int i)
{
    return o->d[i] > 1 ? (o->k[i] - 1) * o->d[i] + 1 : o->k[i];
}

void same_pads(struct operation *window, int h, int w, bool upper)
{
    const int size[2] = {h, w};
    window->tf_same = upper;
    for (int i = 0; i < 2; i++) {
        int k = spanned(window, i), s = window->s[i];
        int total = s > 0 ? ((size[i] + s - 1) / s - 1) * s + k - size[i] : 0;
        total = total > 0 ? total : 0;
        window->pad[2 * i] = upper ? total / 2 : total - total / 2;
        window->pad[2 * i + 1] = total - window->pad[2 * i];
    }
}

static bool window_is_sane(struct model *m, const struct value *x, const struct operation *like)
{
    if (!is_map(m, x)) {
        refuse(m, "axes were moved before it in a way that is not followed", "its input %s is not a map of one sample",
               tensor_shape_text(m->mem, &x->t));
        return false;
    }
    for (int i = 0; i < 4; i++) {
        bool size =
            i > 1 || (like->k[i] >= 1 && like->k[i] <= LARGEST_SIZE && like->s[i] >= 1 && like->s[i] <= LARGEST_SIZE &&
                      like->d[i] >= 0 && (int64_t)like->k[i] * like->d[i] <= LARGEST_SIZE);
        if (!size || like->pad[i] < 0 || like->pad[i] > LARGEST_SIZE) {
            refuse(m, NULL, "kernel %dx%d, stride %d,%d, pads %d %d %d %d: not possible", like->k[0], like->k[1],
                   like->s[0], like->s[1], like->pad[0], like->pad[1], like->pad[2], like->pad[3]);
            return false;
        }
    }
    return true;
}

/* Appends an operator with a window that makes c channels. */
static struct value *append_window(struct model *m, enum op_kind kind, struct value *x, const struct operation *like,
                                   int c)
{
    int h = windows(x->map.h, like->pad[0], like->pad[1], spanned(like, 0), like->s[0]);
    int w = windows(x->map.w, like->pad[2], like->pad[3], spanned(like, 1), like->s[1]);
    if (h < 1 || w < 1 || h > LARGEST_SIZE || w > LARGEST_SIZE || (int64_t)h * w * c > MOST_ELEMENTS)
        return refuse(m, NULL, "a kernel of %dx%d makes an impossible map of %dx%d from one of %dx%d", like->k[0],
                      like->k[1], h, w, x->map.h, x->map.w);
    struct operation *o = append(m, kind, x, NULL);
    memcpy(o->k, like->k, sizeof o->k);
    memcpy(o->s, like->s, sizeof o->s);
    memcpy(o->pad, like->pad, sizeof o->pad);
    for (int i = 0; i < 2; i++)
        o->d[i] = like->d[i] > 1 && like->k[i] > 1 ? like->d[i] : 1;
    o->tf_same = like->tf_same;
    o->inside = like->inside;
    set_map(m, o->out, x, h, w, c);
    return o->out;
}

struct value *model_conv(struct model *m, struct value *x, const struct operation *like, struct weights *w)
{
    struct operation window = *like;
    window.k[0] = w->kh;
    window.k[1] = w->kw;
    if (!window_is_sane(m, x, &window))
        return NULL;
    int g = like->groups;
    if (g < 1 || x->map.c % g || w->out % g || w->in != x->map.c / g)
        return refuse(m, NULL, "a weight of %d outputs and %d inputs in %d groups does not fit %d channels", w->out,
                      w->in, g, x->map.c);
    struct value *y = append_window(m, OP_CONV, x, &window, w->out);
    if (y) {
        y->def->w = w;
        y->def->groups = g;
    }
    return y;
}

struct value *model_pool(struct model *m, enum op_kind kind, struct value *x, const struct operation *like)
{
    if (!window_is_sane(m, x, like))
        return NULL;
    if (like->pad[0] >= like->k[0] || like->pad[1] >= like->k[0] || like->pad[2] >= like->k[1] ||
        like->pad[3] >= like->k[1])
        return refuse(m, NULL, "its pads are as large as its window");
    if (kind == OP_MAX_POOL && (int64_t)like->k[0] * like->k[1] > 256)
        return refuse(m, NULL, "a window of %dx%d; at most 256 elements are supported", like->k[0], like->k[1]);
    bool padded = like->pad[0] || like->pad[1] || like->pad[2] || like->pad[3];
    bool whole = like->k[0] == x->map.h && like->k[1] == x->map.w && !padded;
    return append_window(m, kind == OP_AVG_POOL && whole ? OP_GLOBAL_POOL : kind, x, like, x->map.c);
}

/* The mean over height, or over width, alone. */
static struct value *mean_along(struct model *m, struct value *x, char axis)
{
    struct operation *o = append(m, OP_AVG_POOL, x, NULL);
    bool rows = axis == 'h';
    o->k[!rows] = rows ? x->map.h : x->map.w;
    o->s[!rows] = o->k[!rows];
    o->out->map = (struct shape){rows ? 1 : x->map.h, rows ? x->map.w : 1, x->map.c};
    return o->out;
}

struct value *model_mean(struct model *m, struct value *x, unsigned axes, bool keep_axes)
{
    int channels = channel_axis(x), first[TENSOR_RANK + 1], moved = 0;
    bool right = channels > 0 && x->t.rank > 2 && x->t.shape[0] == 1 && !(axes >> channels & 1) && !(axes & 1) &&
                 axes_of(x, first);
    char over = 0, order[4] = "";
    int kept = 0;
    for (int i = 1; right && i < x->t.rank; i++) {
        int held = first[i + 1] - first[i];
        bool named = axes >> i & 1;
        right = i == channels || held <= 1;
        over = named && held == 1 ? x->order[first[i]] : over;
        moved += named ? held : 0;
        for (int k = first[i]; !named && k < first[i + 1]; k++)
            order[kept++] = x->order[k];
    }
    if (!right)
        return refuse(m, NULL, "takes a mean of %s that is not over height and width alone",
                      tensor_shape_text(m->mem, &x->t));
    bool part = moved == 1 && x->map.h > 1 && x->map.w > 1;
    struct value *y = part ? mean_along(m, x, over) : append(m, OP_GLOBAL_POOL, x, NULL)->out;
    for (int i = 0; i < x->t.rank; i++)
        if (keep_axes || !(axes >> i & 1))
            y->t.shape[y->t.rank++] = axes >> i & 1 ? 1 : x->t.shape[i];
    y->t.count = count_of(y->t.rank, y->t.shape);
    if (!part)
        y->map = (struct shape){1, 1, x->map.c};
    memcpy(y->order, order, sizeof order);
    return y;
}

struct value *model_pad(struct model *m, struct value *x, const int pad[4])
{
    if (!is_map(m, x))
        return refuse(m, NULL, "its input %s is not a map of one sample", tensor_shape_text(m->mem, &x->t));
    for (int i = 0; i < 4; i++)
        if (pad[i] < 0 || pad[i] > LARGEST_SIZE / 4)
            return refuse(m, NULL, "pads of %d %d %d %d", pad[0], pad[1], pad[2], pad[3]);
    if (!(pad[0] | pad[1] | pad[2] | pad[3]))
        return model_each(m, OP_REORDER, x);
    struct operation *o = append(m, OP_PAD, x, NULL);
    memcpy(o->pad, pad, sizeof o->pad);
    set_map(m, o->out, x, x->map.h + pad[0] + pad[1], x->map.w + pad[2] + pad[3], x->map.c);
    return o->out;
}

struct value *model_resize(struct model *m, struct value *x, int h, int w, const struct operation *like)
{
    if (!is_map(m, x))
        return refuse(m, NULL, "its input %s is not a map of one sample", tensor_shape_text(m->mem, &x->t));
    if (h < 1 || w < 1 || h > LARGEST_SIZE || w > LARGEST_SIZE || (int64_t)h * w * x->map.c > MOST_ELEMENTS)
        return refuse(m, NULL, "resizes to %dx%d", h, w);
    struct value *y = append(m, OP_UPSAMPLE, x, NULL)->out;
    y->def->mode = like->mode;
    y->def->align = like->align;
    set_map(m, y, x, h, w, x->map.c);
    return y;
}

/* Pads before of the usual convolution of stride 1 that follows: what the transposed one reaches before its input. */
struct value *model_transposed(struct model *m, struct value *x, const struct operation *like, struct weights *w, int h,
                               int width)
{
    struct operation usual = {.k = {w->kh, w->kw}, .s = {1, 1}, .groups = like->groups};
    const int size[2] = {h, width}, from[2] = {x->map.h, x->map.w};
    for (int i = 0; i < 2; i++) {
        int64_t spread = (int64_t)from[i] * like->s[i], before = usual.k[i] - 1 - like->pad[2 * i];
        int64_t behind = size[i] - spread - before + usual.k[i] - 1;
        if (like->s[i] < 1 || spread > LARGEST_SIZE || before < 0 || behind < 0 || behind > LARGEST_SIZE)
            return refuse(m, "a kernel as large as its stride, or larger, is supported",
                          "a kernel of %d with a stride of %d makes %d of %d", usual.k[i], like->s[i], size[i],
                          from[i]);
        usual.pad[2 * i] = (int)before;
        usual.pad[2 * i + 1] = (int)behind;
    }
    weights_turn(w);
    if (like->s[0] * like->s[1] > 1) {
        const struct operation zeros = {.mode = RESIZE_ZEROS};
        if (!(x = model_resize(m, x, from[0] * like->s[0], from[1] * like->s[1], &zeros)))
            return NULL;
        x->def->nsource = 0; /* no tensor of the file */
    }
    return model_conv(m, x, &usual, w);
}

/* ---- the others ---- */

struct value *model_dense(struct model *m, struct value *x, struct weights *w)
{
    if (x->t.rank != 2 || x->t.shape[0] != 1)
        return refuse(m, "flatten it before", "its input %s is not a vector", tensor_shape_text(m->mem, &x->t));
    if (x->t.count != w->in)
        return refuse(m, NULL, "a weight for %d inputs does not fit %lld", w->in, (long long)x->t.count);
    bool chw = has_order(x, "chw");
    if (!chw && !has_order(x, "hwc"))
        return refuse(m, NULL, "its input was flattened in the order %s; chw and hwc are supported", x->order);
    struct operation *o = append(m, OP_DENSE, x, NULL);
    o->w = w;
    o->hwc = !chw;
    set_map(m, o->out, x, 1, 1, w->out);
    return o->out;
}

static struct value *like_input(struct operation *o)
{
    struct value *v = o->out;
    const struct value *x = o->in[0];
    v->t.rank = x->t.rank;
    v->t.count = x->t.count;
    memcpy(v->t.shape, x->t.shape, sizeof v->t.shape);
    memcpy(v->order, x->order, sizeof v->order);
    v->map = x->map;
    return v;
}

/* True if b has one pixel, and a number for each channel of a in the same place. */
static bool excites(const struct value *a, const struct value *b)
{
    return b->map.h * b->map.w == 1 && a->map.c == b->map.c && a->t.rank == b->t.rank &&
           (a->map.c == 1 || channel_axis(a) == channel_axis(b));
}

struct value *model_add(struct model *m, enum op_kind kind, struct value *a, struct value *b)
{
    bool same = same_sizes(a->t.rank, a->t.shape, b->t.rank, b->t.shape) && !strcmp(a->order, b->order) &&
                !memcmp(&a->map, &b->map, sizeof a->map);
    if (!same && kind == OP_MUL && excites(a, b))
        return like_input(append(m, kind, a, b));
    if (!same && kind == OP_MUL && excites(b, a))
        return like_input(append(m, kind, b, a));
    if (!same)
        return refuse(m, "maps of one shape are, and products of a map and a factor for each channel",
                      "combines maps of different shapes, %s and %s", tensor_shape_text(m->mem, &a->t),
                      tensor_shape_text(m->mem, &b->t));
    return like_input(append(m, kind, a, b));
}

struct value *model_concat(struct model *m, struct value *const *x, int n, int64_t axis)
{
    int64_t channels = 0;
    if (n < 2 || n > MAPS)
        return n == 1 ? model_each(m, OP_REORDER, x[0]) : refuse(m, "split it", "of %d maps; 2 to 8 are supported", n);
    axis += axis < 0 ? x[0]->t.rank : 0;
    for (int i = 0; i < n; i++) {
        bool fits = x[i]->t.rank == x[0]->t.rank && x[i]->map.h == x[0]->map.h && x[i]->map.w == x[0]->map.w;
        bool there = x[i]->map.c == 1 || channel_axis(x[i]) == axis;
        bool usual = is_map(m, x[i]) || (x[i]->t.rank == 2 && x[i]->map.h * x[i]->map.w == 1);
        if (!fits || !there || !usual || axis != (m->channels_last ? x[0]->t.rank - 1 : 1))
            return refuse(m, "maps of one size are put side by side, by their channels", "along axis %d of %s and %s",
                          (int)axis, tensor_shape_text(m->mem, &x[0]->t), tensor_shape_text(m->mem, &x[i]->t));
        channels += x[i]->map.c;
    }
    if (channels > LARGEST_SIZE)
        return refuse(m, NULL, "makes %lld channels", (long long)channels);
    struct operation *o = append(m, OP_CONCAT, x[0], x[1]);
    for (int i = 2; i < n; i++) {
        o->in[o->nin++] = x[i];
        x[i]->readers++;
    }
    set_map(m, o->out, x[0], x[0]->map.h, x[0]->map.w, (int)channels);
    return o->out;
}

struct value *model_channels(struct model *m, struct value *x, int64_t first, int64_t count)
{
    if (!is_map(m, x) && !(x->t.rank == 2 && x->map.h * x->map.w == 1))
        return refuse(m, NULL, "its input %s is not a map of one sample", tensor_shape_text(m->mem, &x->t));
    if (count < 1 || count > LARGEST_SIZE || first <= -count || first >= x->map.c)
        return refuse(m, NULL, "takes %lld channels from %lld on of %d", (long long)count, (long long)first, x->map.c);
    if (first == 0 && count == x->map.c)
        return model_each(m, OP_REORDER, x);
    struct value *y = append(m, OP_CHANNELS, x, NULL)->out;
    y->def->first = (int)first;
    set_map(m, y, x, x->map.h, x->map.w, (int)count);
    return y;
}

struct value *model_slice(struct model *m, struct value *x, int64_t axis, int64_t first, int64_t count)
{
    if (axis < 0 || axis >= x->t.rank)
        return refuse(m, NULL, "axis %lld of %d", (long long)axis, x->t.rank);
    if (first == 0 && count == x->t.shape[axis])
        return model_each(m, OP_REORDER, x);
    if (axis != (m->channels_last ? x->t.rank - 1 : 1))
        return refuse(m, "slices of channels are supported", "takes %lld of axis %lld of %s", (long long)count,
                      (long long)axis, tensor_shape_text(m->mem, &x->t));
    return model_channels(m, x, first, count);
}

struct value *model_scale(struct model *m, struct value *x, float *factor, float *offset)
{
    struct operation *o = append(m, OP_SCALE, x, NULL);
    o->factor = factor;
    o->offset = offset;
    return like_input(o);
}

struct value *model_affine(struct model *m, struct value *x, char op, bool first, const struct value *constant)
{
    const float *v = channel_vector(m, x, constant);
    int c = x->map.c;
    if (!v)
        return refuse(m, NULL, "with a constant %s that is not one number, or one for each channel of %s",
                      tensor_shape_text(m->mem, &constant->t), tensor_shape_text(m->mem, &x->t));
    float *factor = NEW_ARRAY(m->mem, float, c), *offset = NEW_ARRAY(m->mem, float, c);
    if (op == 'D' && first)
        return refuse(m, NULL, "divides by a map");
    for (int i = 0; i < c; i++) {
        float sign = op == 'S' ? -1.0f : 1.0f;
        bool sum = op == 'A' || op == 'S';
        factor[i] = op == 'M' ? v[i] : op == 'D' ? (float)(1 / (double)v[i]) : first ? sign : 1.0f;
        offset[i] = !sum ? 0.0f : first ? v[i] : sign * v[i];
        if (!isfinite(factor[i]) || !isfinite(offset[i]))
            return refuse(m, NULL, "with a constant that is 0 or not finite");
    }
    struct value *y = model_scale(m, x, factor, offset);
    bool whole = constant->t.type == TENSOR_I8 || constant->t.type == TENSOR_U8;
    if ((op == 'A' || op == 'S') && whole && constant->nscale == 1)
        y->def->term = (op == 'S' && !first ? -1 : 1) * (double)constant->scales[0];
    y->def->step = op == 'M' && constant->nscale == 1 ? (double)constant->scales[0] : 0;
    return y;
}

struct value *model_each(struct model *m, enum op_kind kind, struct value *x)
{
    return like_input(append(m, kind, x, NULL));
}

struct value *model_l2_norm(struct model *m, struct value *x)
{
    if (is_map(m, x) || (x->t.rank == 2 && x->map.h * x->map.w == 1))
        return model_each(m, OP_L2_NORM, x);
    return refuse(m, NULL, "of %s, which is no map and no vector of one sample", tensor_shape_text(m->mem, &x->t));
}

struct value *model_group_norm(struct model *m, struct value *x, int64_t groups, double eps)
{
    int c = x->map.c;
    if (x->t.rank < 3 || x->t.shape[0] != 1 || groups < 1 || c % groups || !has_order(x, "chw"))
        return refuse(m, NULL, "%lld groups of %s, which is no map of one sample with channels first",
                      (long long)groups, tensor_shape_text(m->mem, &x->t));
    if (!(eps > 0) || !isfinite(eps) || !affordable(m, 8 * (int64_t)c))
        return refuse(m, NULL, "an epsilon of %g", eps);
    struct value *y = model_each(m, OP_GROUP_NORM, x);
    struct operation *o = y->def;
    o->groups = (int)groups;
    o->number[0] = eps;
    o->factor = NEW_ARRAY(m->mem, float, c);
    o->offset = NEW_ARRAY(m->mem, float, c);
    for (int i = 0; i < c; i++)
        o->factor[i] = 1;
    return y;
}

/* ---- moving axes ---- */

bool model_input(struct model *m, struct value *v)
{
    const char *axes = usual_axes(m, v->t.rank);
    int64_t size[128] = {['h'] = 1, ['w'] = 1, ['c'] = 1};
    for (int i = 0; i < v->t.rank; i++)
        if (v->t.shape[i] < 1 || v->t.shape[i] > LARGEST_SIZE)
            axes = "";
    if (!axes[0] || v->t.shape[0] != 1 || v->t.count < 0) {
        refuse_file(m, "give the input's shape with one sample, for example: --input 1,3,96,96",
                    "the input '%s' has the shape %s: it must be one sample of a vector, a signal or a map",
                    shown(m->mem, v->t.name), tensor_shape_text(m->mem, &v->t));
        return false;
    }
    for (int i = 0; axes[i]; i++)
        size[(int)axes[i]] = v->t.shape[i + 1];
    v->map = (struct shape){(int)size['h'], (int)size['w'], (int)size['c']};
    set_order(v, axes);
    m->input = v;
    return true;
}

/* A fresh input in the place of one that was only reshaped: the network begins behind that. */
static struct value *input_again(struct model *m, const struct value *x, int rank, const int64_t *shape)
{
    struct value *v = value_new(m, x->t.name, rank, shape);
    v->t.type = x->t.type;
    v->quantum = x->quantum;
    return model_input(m, v) ? v : NULL;
}

static struct value *reorder(struct model *m, struct value *x)
{
    struct value *v = model_each(m, OP_REORDER, x);
    if (v)
        v->quantum = x->quantum;
    return v;
}

struct value *model_reshape(struct model *m, struct value *x, int rank, const int64_t *shape)
{
    int64_t count = count_of(rank, shape);
    struct value wanted = {.t = {.rank = rank}};
    memcpy(wanted.t.shape, shape, sizeof *shape * (size_t)rank);
    if (count != x->t.count)
        return refuse(m, NULL, "reshapes %s to %s", tensor_shape_text(m->mem, &x->t),
                      tensor_shape_text(m->mem, &wanted.t));
    if (x == m->input && !x->readers && rank > 2 && !same_sizes(rank, shape, x->t.rank, x->t.shape))
        return input_again(m, x, rank, shape);
    struct value *v = reorder(m, x);
    if (!v)
        return NULL;
    v->t.rank = rank;
    memcpy(v->t.shape, shape, sizeof *shape * (size_t)rank);
    return v;
}

struct value *model_transpose(struct model *m, struct value *x, const int *from)
{
    int first[TENSOR_RANK + 1], n = 0;
    int64_t shape[TENSOR_RANK];
    char order[4] = "";
    bool known = axes_of(x, first);
    for (int i = 0; i < x->t.rank; i++) {
        shape[i] = x->t.shape[from[i]];
        for (int k = first[from[i]]; known && k < first[from[i] + 1]; k++)
            order[n++] = x->order[k];
    }
    if (x == m->input && !x->readers)
        return input_again(m, x, x->t.rank, shape);
    if (!known)
        return refuse(
            m,
            x->t.rank == 5 ? "channels are not shuffled here: a convolution of 1 x 1 without groups mixes them, too"
                           : NULL,
            "moves axes of %s that are a mixture of height, width and channels", tensor_shape_text(m->mem, &x->t));
    struct value *v = reorder(m, x);
    if (v) {
        memcpy(v->t.shape, shape, sizeof shape);
        memcpy(v->order, order, sizeof order);
    }
    return v;
}
