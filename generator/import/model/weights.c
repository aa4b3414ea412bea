/* SPDX-License-Identifier: MIT */
/* Constants of a file -> the weights of a convolution or a dense layer. */
#include "import/model/model.h"

#include <math.h>
#include <string.h>

/* tensor_at for what most constants are. */
static float float_at(const unsigned char *p)
{
    uint32_t bits = (uint32_t)p[0] | (uint32_t)p[1] << 8 | (uint32_t)p[2] << 16 | (uint32_t)p[3] << 24;
    float value;
    memcpy(&value, &bits, sizeof value);
    return value;
}

double constant_at(const struct value *v, int64_t i, int64_t along)
{
    double q = tensor_at(&v->t, i);
    if (!v->nscale)
        return q;
    int64_t s = v->nscale == 1 ? 0 : along;
    return (q - (v->zero_points ? v->zero_points[s] : 0)) * (double)v->scales[s];
}

int64_t constant_whole(const struct value *v, int64_t i)
{
    double x = tensor_at(&v->t, i);
    return x >= 1e15 ? (int64_t)1e15 : x <= -1e15 ? (int64_t)-1e15 : x == x ? (int64_t)x : 0;
}

bool affordable(struct model *m, int64_t bytes)
{
    if ((m->memory -= bytes) >= 0)
        return true;
    if (!m->exhausted)
        refuse_file(m, NULL, "takes far more memory than its size justifies");
    m->exhausted = true;
    return false;
}

static bool finite_values(struct model *m, const struct value *v, const float *value, int64_t count)
{
    for (int64_t i = 0; i < count; i++)
        if (!isfinite(value[i])) {
            refuse(m, "the file was saved from a training that had diverged?",
                   "element %lld of '%s' is not a finite number", (long long)i, shown(m->mem, v->t.name));
            return false;
        }
    return true;
}

/* Whole numbers with zero points of 0 stay whole; uint8 around 128 is int8. */
static bool is_whole(const struct value *v, const struct weights *w)
{
    int middle = v->t.type == TENSOR_U8 ? 128 : 0;
    if ((v->t.type != TENSOR_I8 && v->t.type != TENSOR_U8) || !v->nscale || (v->nscale != 1 && v->nscale != w->out))
        return false;
    for (int i = 0; i < v->nscale; i++)
        if ((v->zero_points ? v->zero_points[i] : 0) != middle)
            return false;
    return true;
}

static void keep_whole(struct model *m, const struct value *v, struct weights *w)
{
    w->q = NEW_ARRAY(m->mem, int8_t, v->t.count);
    w->nscale = v->nscale;
    w->scale = NEW_ARRAY(m->mem, float, v->nscale);
    memcpy(w->scale, v->scales, sizeof *w->scale * (size_t)v->nscale);
}

/* Element `at` of the constant as element n, of output o. */
static void take(const struct value *v, struct weights *w, int64_t n, int64_t at, int o)
{
    bool floats = v->t.type == TENSOR_F32 && !v->nscale;
    w->value[n] = floats ? float_at(v->t.data + 4 * at) : (float)constant_at(v, at, o);
    if (w->q)
        w->q[n] = (int8_t)(v->t.data[at] - (v->t.type == TENSOR_U8 ? 128 : 0));
}

void weights_turn(struct weights *w)
{
    int n = w->kh * w->kw;
    for (int64_t at = 0; at < (int64_t)w->out * w->in * n; at += n)
        for (int i = 0, k = n - 1; i < k; i++, k--) {
            float value = w->value[at + i];
            w->value[at + i] = w->value[at + k];
            w->value[at + k] = value;
            int8_t q = w->q ? w->q[at + i] : 0;
            if (w->q) {
                w->q[at + i] = w->q[at + k];
                w->q[at + k] = q;
            }
        }
}

bool weights_bias(struct model *m, struct weights *w, const struct value *bias, const struct value *x)
{
    if (!bias)
        return true;
    if (!bias->t.data || bias->t.count != w->out) {
        refuse(m, NULL, bias->t.data ? "a bias of %lld values for %d outputs" : "its bias is not a constant",
               (long long)bias->t.count, w->out);
        return false;
    }
    w->bias = NEW_ARRAY(m->mem, float, w->out);
    bool whole = bias->t.type == TENSOR_I32;
    bool counts = whole && !bias->nscale && w->q && x->quantum.given;
    w->bias_q = whole ? NEW_ARRAY(m->mem, int32_t, w->out) : NULL;
    for (int o = 0; o < w->out; o++) {
        double unit = counts ? x->quantum.scale * (double)w->scale[w->nscale == 1 ? 0 : o] : 1;
        w->bias[o] = (float)(constant_at(bias, o, o) * unit);
        if (whole)
            w->bias_q[o] = (int32_t)tensor_at(&bias->t, o);
    }
    return finite_values(m, bias, w->bias, w->out);
}

struct weights *weights_new(struct model *m, const struct value *v, const int64_t size[4], const int64_t step[4],
                            int out_axis)
{
    if (!v->t.data) {
        refuse(m, NULL, "its weight is not a constant");
        return NULL;
    }
    for (int i = 0; i < 4; i++)
        if (size[i] < 1 || size[i] > LARGEST_SIZE) {
            refuse(m, NULL, "a weight of %s", tensor_shape_text(m->mem, &v->t));
            return NULL;
        }
    if (v->nscale > 1 && v->scale_axis != out_axis) {
        refuse(m, NULL, "its weight's scales do not belong to outputs");
        return NULL;
    }
    int64_t count = v->t.count, n = 0; /* the sizes multiply to it: the callers take them from its shape */
    if (!affordable(m, 16 * count))
        return NULL;
    struct weights *w = NEW(m->mem, struct weights);
    *w = (struct weights){(int)size[0], (int)size[1], (int)size[2], (int)size[3], .value = NULL};
    w->value = NEW_ARRAY(m->mem, float, count);
    if (is_whole(v, w))
        keep_whole(m, v, w);
    for (int o = 0; o < w->out; o++)
        for (int i = 0; i < w->in; i++)
            for (int y = 0; y < w->kh; y++)
                for (int x = 0; x < w->kw; x++, n++)
                    take(v, w, n, o * step[0] + i * step[1] + y * step[2] + x * step[3], o);
    return finite_values(m, v, w->value, count) ? w : NULL;
}
