/* SPDX-License-Identifier: MIT */
/* Which axis of a tensor is which.
 *
 * A map of h w c lies in a file as N,C,H,W (ONNX) or N,H,W,C (TFLite), and exporters move axes and
 * flatten them in between.  Each value knows the order of its axes in memory; so a transpose is
 * followed instead of computed, and a dense layer knows how its input was flattened.  An axis of
 * size 1 has no place: it may stand anywhere. */
#include "import/model/model.h"

#include <string.h>

static int64_t axis_size(const struct value *v, char axis)
{
    return axis == 'h' ? v->map.h : axis == 'w' ? v->map.w : v->map.c;
}

void set_order(struct value *v, const char *axes)
{
    int n = 0;
    for (const char *a = axes; *a; a++)
        if (axis_size(v, *a) != 1)
            v->order[n++] = *a;
    v->order[n] = 0;
}

bool has_order(const struct value *v, const char *axes)
{
    struct value other = {.map = v->map};
    set_order(&other, axes);
    return !strcmp(v->order, other.order);
}

/* The axes of a map as the file's kind has them, by number of axes of the tensor. */
const char *usual_axes(const struct model *m, int rank)
{
    static const char *const first[] = {"", "", "c", "ch", "chw"}, *const last[] = {"", "", "c", "hc", "hwc"};
    return rank > 4 ? "" : m->channels_last ? last[rank] : first[rank];
}

bool is_map(const struct model *m, const struct value *x)
{
    const char *axes = usual_axes(m, x->t.rank);
    if (x->t.rank < 3 || x->t.rank > 4 || x->t.shape[0] != 1 || !has_order(x, axes))
        return false;
    for (int i = 0; axes[i]; i++)
        if (x->t.shape[i + 1] != axis_size(x, axes[i]))
            return false;
    return true;
}

void set_map(const struct model *m, struct value *v, const struct value *x, int h, int w, int c)
{
    const char *axes = usual_axes(m, x->t.rank);
    v->map = (struct shape){h, w, c};
    v->t.rank = x->t.rank;
    v->t.shape[0] = 1;
    for (int i = 0; axes[i]; i++)
        v->t.shape[i + 1] = axis_size(v, axes[i]);
    v->t.count = count_of(v->t.rank, v->t.shape);
    set_order(v, axes);
}

/* The axes that each dimension of x holds: first[i]..first[i + 1] of x->order.  False if one is cut
 * in two. */
bool axes_of(const struct value *x, int *first)
{
    int at = 0;
    for (int i = 0; i < x->t.rank; i++) {
        int64_t held = 1;
        first[i] = at;
        while (held < x->t.shape[i] && x->order[at])
            held *= axis_size(x, x->order[at++]);
        if (held != x->t.shape[i])
            return false;
    }
    first[x->t.rank] = at;
    return !x->order[at];
}

int channel_axis(const struct value *x)
{
    int first[TENSOR_RANK + 1];
    if (x->map.c == 1)
        return x->t.rank > 1 ? 1 : 0; /* any will do */
    if (!axes_of(x, first))
        return -1;
    for (int i = 0; i < x->t.rank; i++)
        if (first[i + 1] - first[i] == 1 && x->order[first[i]] == 'c')
            return i;
    return -1;
}

float *channel_vector(struct model *m, const struct value *x, const struct value *constant)
{
    int axis = channel_axis(x), behind = x->t.rank - constant->t.rank, c = x->map.c;
    if (!affordable(m, 12 * (int64_t)c))
        return NULL;
    float *vector = NEW_ARRAY(m->mem, float, c);
    for (int i = 0; i < constant->t.rank; i++) {
        bool fits = i + behind >= 0 && i + behind == axis && constant->t.shape[i] == c;
        if (constant->t.shape[i] != 1 && !fits)
            return NULL;
    }
    for (int i = 0; i < c; i++)
        vector[i] = (float)constant_at(constant, constant->t.count == 1 ? 0 : i, i);
    return vector;
}
