/* SPDX-License-Identifier: MIT */
/* Weights of a model -> tensors of a safetensors file, named after the layers of the spec.
 *
 *     float32   layer.weight  layer.bias
 *     int8      layer.weight (I8)  layer.weight_scale
 *               layer.bias (I32: units of input_scale * weight_scale)
 *               layer.input_scale  layer.input_zero_point  layer.output_scale  layer.output_zero_point
 *
 * A sum with a constant, or a difference, that TFLite has in int8 is a depthwise layer, and beside it layer.term (I32) and layer.term_scale: see
 * convolution/channel_sum.c.  Of other layers that change the scale, the last two. */
#include "import/writer/writer.h"

#include <math.h>
#include <string.h>

struct store {
    struct arena *mem;
    struct imported *out;
};

static void put(struct store *s, const char *layer, const char *role, enum tensor_type type, int rank,
                const int64_t *shape, const unsigned char *data)
{
    struct imported *o = s->out;
    struct tensor t = {.name = arena_format(s->mem, "%s.%s", layer, role), .type = type, .rank = rank};
    memcpy(t.shape, shape, sizeof *shape * (size_t)rank);
    t.count = count_of(rank, shape);
    t.data = data;
    GROW(s->mem, o->tensor, o->ntensor, o->tensor_capacity);
    o->tensor[o->ntensor++] = t;
}

/* Little-endian bytes of 4-byte elements, given as their bits. */
static unsigned char *words(struct store *s, const void *from, int64_t count)
{
    unsigned char *bytes = arena_alloc(s->mem, (size_t)count * 4 + 1);
    for (int64_t i = 0; i < count; i++) {
        uint32_t bits;
        memcpy(&bits, (const unsigned char *)from + i * 4, sizeof bits);
        for (int k = 0; k < 4; k++)
            bytes[i * 4 + k] = (unsigned char)(bits >> 8 * k);
    }
    return bytes;
}

/* Likewise of one of 8 bytes. */
static unsigned char *doubles(struct store *s, double v)
{
    unsigned char *bytes = arena_alloc(s->mem, 8);
    uint64_t bits;
    memcpy(&bits, &v, sizeof bits);
    for (int k = 0; k < 8; k++)
        bytes[k] = (unsigned char)(bits >> 8 * k);
    return bytes;
}

static void put_quantum(struct store *s, const char *layer, const char *side, const struct quantum *q)
{
    int32_t zero = q->zero_point;
    put(s, layer, arena_format(s->mem, "%s_scale", side), TENSOR_F64, 1, (int64_t[]){1}, doubles(s, q->scale));
    put(s, layer, arena_format(s->mem, "%s_zero_point", side), TENSOR_I32, 1, (int64_t[]){1}, words(s, &zero, 1));
}

/* The file's, or computed from real numbers. */
static int32_t *whole_bias(struct store *s, const struct operation *o)
{
    const struct weights *w = o->w;
    int32_t *bias = NEW_ARRAY(s->mem, int32_t, w->out);
    for (int i = 0; i < w->out && w->bias; i++) {
        double unit = o->in[0]->quantum.scale * (double)w->scale[w->nscale == 1 ? 0 : i];
        double q = rint((double)w->bias[i] / unit);
        bias[i] = w->bias_q ? w->bias_q[i] : q > 2147483647.0 ? INT32_MAX : q < -2147483647.0 ? INT32_MIN : (int32_t)q;
    }
    return bias;
}

/* A sum with a constant, or a difference: its integers, less their zero point. */
static void put_term(struct store *s, const struct operation *o)
{
    const struct weights *w = o->w;
    int32_t *steps = NEW_ARRAY(s->mem, int32_t, w->out);
    for (int i = 0; i < w->out; i++)
        steps[i] = (int32_t)lrint((double)w->bias[i] / o->term);
    put(s, o->layer, "term", TENSOR_I32, 1, (int64_t[]){w->out}, words(s, steps, w->out));
    put(s, o->layer, "term_scale", TENSOR_F64, 1, (int64_t[]){1}, doubles(s, o->term));
}

static void put_weights(struct store *s, const struct operation *o, bool integer)
{
    const struct weights *w = o->w;
    int64_t shape[4] = {w->out, w->in, w->kh, w->kw}, outs[1] = {w->out}, count = count_of(4, shape);
    int rank = o->kind == OP_DENSE ? 2 : 4;
    if (!integer) {
        put(s, o->layer, "weight", TENSOR_F32, rank, shape, words(s, w->value, count));
        if (w->bias)
            put(s, o->layer, "bias", TENSOR_F32, 1, outs, words(s, w->bias, w->out));
        return;
    }
    put(s, o->layer, "weight", TENSOR_I8, rank, shape, (const unsigned char *)w->q);
    put(s, o->layer, "weight_scale", TENSOR_F32, 1, (int64_t[]){w->nscale}, words(s, w->scale, w->nscale));
    if (!o->rescale)
        put(s, o->layer, "bias", TENSOR_I32, 1, outs, words(s, whole_bias(s, o), w->out));
    put_quantum(s, o->layer, "input", &o->in[0]->quantum);
    put_quantum(s, o->layer, "output", &o->out->quantum);
    if (o->term != 0 && o->norm)
        put_term(s, o);
}

static void put_norm(struct store *s, const struct operation *o)
{
    int64_t shape[1] = {o->out->map.c};
    put(s, o->layer, "weight", TENSOR_F32, 1, shape, words(s, o->factor, shape[0]));
    put(s, o->layer, "bias", TENSOR_F32, 1, shape, words(s, o->offset, shape[0]));
}

/* What the result of a layer without weights is called: that of its activation, unless it is a clamp. */
static const char *result_name(struct store *s, const struct operation *o)
{
    bool apart = o->kind != OP_ACTIVATION && o->activation && !o->activation->clamp;
    return apart ? arena_format(s->mem, "%s.%s", o->layer, o->activation->name) : o->layer;
}

static void put_slopes(struct store *s, const struct operation *o, bool integer)
{
    int64_t count = o->out->map.c;
    float step = (float)o->step;
    put(s, o->layer, "weight", TENSOR_F32, 1, &count, words(s, o->factor, count));
    if (integer && o->step > 0)
        put(s, o->layer, "weight_scale", TENSOR_F32, 1, (int64_t[]){1}, words(s, &step, 1));
    if (integer && o->out->quantum.given)
        put_quantum(s, o->layer, "output", &o->out->quantum);
}

void store_weights(struct model *m, const struct units *u, struct imported *out)
{
    struct store s = {m->mem, out};
    for (int i = 0; i < u->count; i++)
        for (int k = 0; k < u->unit[i].nmember; k++) {
            const struct operation *o = u->unit[i].member[k].op;
            if (o->w)
                put_weights(&s, o, o->integer);
            else if (o->kind == OP_PRELU)
                put_slopes(&s, o, m->integer);
            else if (o->kind == OP_GROUP_NORM)
                put_norm(&s, o);
            else if (m->integer && o->named && o->out->quantum.given)
                put_quantum(&s, result_name(&s, o), "output", &o->out->quantum);
        }
}
