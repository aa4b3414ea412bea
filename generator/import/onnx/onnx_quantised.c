/* SPDX-License-Identifier: MIT */
/* Operators of quantised ONNX files: pairs of QuantizeLinear and DequantizeLinear, and the QLinear
 * family. */
#include "import/onnx/onnx.h"

#include <math.h>
#include <string.h>

/* Scale and zero point of a tensor from two constants.  Activations in uint8 become int8. */
static bool read_quantum(struct node_reading *n, int scale, int zero, struct quantum *q)
{
    const struct value *s = n->in[scale], *z = zero < n->nin ? n->in[zero] : NULL;
    if (!s || !s->t.data || s->t.count != 1 || (z && (!z->t.data || z->t.count != 1))) {
        refuse(n->m, NULL, "scale and zero point of a map must be constants, one for the whole tensor");
        return false;
    }
    q->given = true;
    q->scale = tensor_at(&s->t, 0);
    bool is_signed = z && z->t.type == TENSOR_I8; /* without a zero point the type is uint8 */
    if (z && z->t.type != TENSOR_I8 && z->t.type != TENSOR_U8) {
        refuse(n->m, "quantise to 8 bits", "a zero point of type %s", tensor_type_name(z->t.type));
        return false;
    }
    q->zero_point = (z ? (int)tensor_at(&z->t, 0) : 0) - (is_signed ? 0 : 128);
    if (!(q->scale > 0) || !isfinite(q->scale)) {
        refuse(n->m, NULL, "a scale of %g", q->scale);
        return false;
    }
    return true;
}

/* A constant of whole numbers with scales.  NULL after a message. */
static struct value *scaled(struct node_reading *n, const struct value *v, const struct value *s, const struct value *z,
                            int64_t axis)
{
    bool per_axis = s && s->t.count != 1;
    if (!v || !v->t.data || !s || !s->t.data || (z && !z->t.data) || (z && z->t.count != s->t.count) ||
        (per_axis && (axis < 0 || axis >= v->t.rank || s->t.count != v->t.shape[axis])))
        return refuse(n->m, NULL, "scales of a weight that are not constants, one or one for each output");
    struct value *made = constant_new(n->m, v->t.name, v->t.type, v->t.rank, v->t.shape, v->t.data);
    float *scales = NEW_ARRAY(n->m->mem, float, s->t.count + 1);
    int32_t *zeros = NEW_ARRAY(n->m->mem, int32_t, s->t.count + 1);
    for (int64_t i = 0; i < s->t.count; i++) {
        scales[i] = (float)tensor_at(&s->t, i);
        zeros[i] = z && z->t.type != TENSOR_F32 ? (int32_t)constant_whole(z, i) : 0;
        if (!(scales[i] > 0) || !isfinite(scales[i]))
            return refuse(n->m, NULL, "a scale of %g", (double)scales[i]);
    }
    made->scales = scales;
    made->zero_points = zeros;
    made->nscale = (int)s->t.count;
    made->scale_axis = (int)axis;
    return made;
}

bool onnx_quantum(struct node_reading *n, int i, struct quantum *q)
{
    return read_quantum(n, i, i + 1, q);
}

struct value *onnx_quantize(struct node_reading *n)
{
    struct quantum q;
    if (!read_quantum(n, 1, 2, &q))
        return NULL;
    struct value *y = model_each(n->m, OP_QUANTIZE, n->in[0]);
    y->quantum = q;
    return y;
}

struct value *onnx_dequantize(struct node_reading *n)
{
    struct value *x = n->in[0];
    if (x->t.data) {
        int64_t axis = attribute_int(n, "axis", 1);
        return scaled(n, x, n->in[1], n->nin > 2 ? n->in[2] : NULL,
                      x->t.rank == 1 ? 0
                      : axis < 0     ? axis + x->t.rank
                                     : axis);
    }
    if (!x->quantum.given && !read_quantum(n, 1, 2, &x->quantum))
        return NULL;
    return model_each(n->m, OP_DEQUANTIZE, x);
}

/* The inputs of the same operator of floats, x w [b], and the quantum of its result.  False after a message. */
static bool as_floats(struct node_reading *n, struct value *w, struct value *b, struct node_reading *floats,
                      struct quantum *y)
{
    enum { X_SCALE = 1, Y_SCALE = 6 };
    struct quantum x;
    if (!w || !read_quantum(n, X_SCALE, X_SCALE + 1, &x) || !read_quantum(n, Y_SCALE, Y_SCALE + 1, y))
        return false;
    if (!n->in[0]->quantum.given)
        n->in[0]->quantum = x;
    *floats = *n;
    floats->in[1] = w;
    floats->in[2] = b;
    floats->nin = b ? 3 : 2;
    return true;
}

bool onnx_conv_as_floats(struct node_reading *n, struct node_reading *floats, struct quantum *y)
{
    struct value *w = scaled(n, n->in[3], n->in[4], n->in[5], 0), *b = n->nin > 8 ? n->in[8] : NULL;
    if (!w)
        return false;
    if (b) { /* counts in units of both scales */
        float *scales = NEW_ARRAY(n->m->mem, float, w->nscale);
        if (!b->t.data || !n->in[1] || !n->in[1]->t.data || n->in[1]->t.count != 1)
            return refuse(n->m, NULL, "its bias is not a constant") != NULL;
        for (int i = 0; i < w->nscale; i++)
            scales[i] = (float)((double)w->scales[i] * tensor_at(&n->in[1]->t, 0));
        b = constant_new(n->m, b->t.name, b->t.type, b->t.rank, b->t.shape, b->t.data);
        b->scales = scales;
        b->nscale = w->nscale;
    }
    return as_floats(n, w, b, floats, y);
}

bool onnx_matmul_as_floats(struct node_reading *n, struct node_reading *floats, struct quantum *y)
{
    return as_floats(n, scaled(n, n->in[3], n->in[4], n->in[5], 1), NULL, floats, y);
}

/* a a_scale a_zero b b_scale b_zero y_scale y_zero: a sum, or a product; one may be a constant */
struct value *onnx_qlinear_add(struct node_reading *n)
{
    struct quantum q;
    struct value *map[2] = {n->in[0], n->in[3]}, *y;
    bool sum = !strcmp(n->m->type, "QLinearAdd");
    if (!map[1] || !read_quantum(n, 6, 7, &q))
        return map[1] ? NULL : refuse(n->m, NULL, "its input 3 is absent");
    for (int i = 0; i < 2; i++)
        if (map[i]->t.data) {
            map[i] = scaled(n, map[i], n->in[3 * i + 1], n->in[3 * i + 2], 0);
            if (!map[i] || map[i]->nscale != 1)
                return map[i] ? refuse(n->m, NULL, "with a constant of several scales is not supported") : NULL;
        } else if (!map[i]->quantum.given && !read_quantum(n, 3 * i + 1, 3 * i + 2, &map[i]->quantum)) {
            return NULL;
        }
    bool constant = map[0]->t.data || map[1]->t.data, first = map[0]->t.data != NULL;
    if (map[0]->t.data && map[1]->t.data)
        return refuse(n->m, NULL, "of two constants is not supported");
    y = constant ? model_affine(n->m, map[first], sum ? 'A' : 'M', first, map[!first])
                 : model_add(n->m, sum ? OP_ADD : OP_MUL, map[0], map[1]);
    if (y)
        y->quantum = q;
    return y;
}

struct value *onnx_qlinear_mean(struct node_reading *n)
{
    struct quantum q;
    if (attribute_int(n, "channels_last", 0))
        return refuse(n->m, NULL, "channels_last is not supported");
    struct value *y = read_quantum(n, 3, 4, &q) ? model_mean(n->m, n->in[0], ~3u, true) : NULL;
    if (y)
        y->quantum = q;
    return y;
}
