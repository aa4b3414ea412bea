/* SPDX-License-Identifier: MIT */
/* Operators of a file -> layers of a spec.  Each pass walks the operators once, in order.
 *
 *     drop      reorderings, quantise and dequantise, the softmax at the end
 *     clips     bounds one behind the other  ->  relu, relu6
 *     maxima    max(x, slope * x)  ->  leaky_relu, prelu
 *     gates     x * relu6(x + 3) / 6 and its like  ->  hswish, silu, gelu
 *     scale     batch norms, and sums and products with constants  ->  the convolution before
 *     means     over one axis and then the other  ->  the mean over both
 *     pad       ->  the convolution or pool behind
 *     activate  activations  ->  the convolution, dense layer or sum before
 *     precision.c   int8 or not; what saturates at 0  ->  a relu
 *     image     what a network of floats does first to each channel  ->  the input's mean and scale
 *
 * What is left in between and is no layer is refused here. */
#include "import/model/fold.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* ---- helpers ---- */

static void remove_op(struct operation *o)
{
    o->dead = true;
    o->out->alias = o->in[0];
}

/* Operator `from` becomes a part of `to`. */
static void add_source(struct operation *to, const struct operation *from)
{
    for (int i = 0; i < from->nsource; i++)
        if (to->nsource < SOURCES && !(to->nsource == 1 && to->source[0] == from->source[i]))
            to->source[to->nsource++] = from->source[i];
}

/* ---- drop ---- */

/* Gives its scale to what it quantises.  A map that has another scale by then keeps the operator: precision.c. */
static void quantise(struct model *m, struct operation *o)
{
    struct value *x = o->in[0];
    const struct quantum *q = &o->out->quantum;
    bool behind_softmax =
        m->softmax && x == fold_resolve(m->softmax->out); /* of probabilities: the softmax goes, too */
    if (!behind_softmax && x != m->input && x->quantum.given &&
        (x->quantum.scale != q->scale || x->quantum.zero_point != q->zero_point))
        return;
    if (!behind_softmax)
        x->quantum = *q;
    remove_op(o);
}

/* What an ARG_MAX at the end compares is what learns. */
static void scores(struct model *m, const struct operation *o)
{
    if (!m->partial)
        diag_warn(m->diag, (struct loc){m->path, 0}, NULL, NULL,
                  "operator %d '%s', %s: left out at the end; the spec ends in the scores that it compares", o->index,
                  shown(m->mem, o->name), o->type);
}

static void drop(struct model *m)
{
    fold_tidy(m);
    for (int i = 0; i < m->nop; i++) {
        struct operation *o = m->op[i];
        for (int k = 0; k < o->nin; k++)
            o->in[k] = fold_resolve(o->in[k]);
        if (o->dead)
            continue;
        if (o->kind == OP_REORDER) {
            if (is_one(o->in[0]->def, OP_GLOBAL_POOL)) /* 1 x 1: in any order the same */
                add_source(o->in[0]->def, o);
            remove_op(o);
        } else if (o->kind == OP_QUANTIZE) {
            quantise(m, o);
        } else if (o->kind == OP_DEQUANTIZE) {
            remove_op(o);
        } else if (o->kind == OP_SOFTMAX) {
            m->softmax = o;
            remove_op(o);
        } else if (o->kind == OP_ARG_MAX && (o->out == m->output || m->partial)) {
            remove_op(o);
            scores(m, o);
        } else if (o->kind == OP_ARG_MAX) {
            fold_refuse(m, o, "end before it: --output NAME", "only supported as the end of a network");
        }
    }
    fold_tidy(m);
    m->probabilities = m->softmax != NULL;
    if (m->softmax && !m->partial && (fold_resolve(m->softmax->out) != m->output || m->output->readers != 1))
        fold_refuse(m, m->softmax, "end before it: --output NAME", "only supported as the end of a network");
}

/* ---- clips ---- */

static bool is_clamp(const struct operation *o)
{
    return is_one(o, OP_CLIP) || (is_one(o, OP_ACTIVATION) && o->activation->clamp);
}

static void bounds_of(const struct operation *o, double bound[2])
{
    bound[0] = o->kind == OP_CLIP ? o->number[0] : o->activation->least;
    bound[1] = o->kind == OP_CLIP ? o->number[1] : o->activation->most;
}

/* Bounds that follow each other are those of one clamp: a relu and a minimum of 6. */
static void clips(struct model *m)
{
    for (int i = 0; i < m->nop; i++) {
        struct operation *o = m->op[i], *before = o->in[0]->def;
        double inner[2], outer[2], setting[2];
        if (!is_one(o, OP_CLIP) && !(is_clamp(o) && is_one(before, OP_CLIP)))
            continue;
        bounds_of(o, outer);
        if (is_clamp(before) && before->out->readers == 1 && !before->out->quantum.given) {
            bounds_of(before, inner);
            for (int k = 0; k < 2; k++)
                outer[k] = fmin(fmax(inner[k], outer[0]), outer[1]);
            o->in[0] = before->in[0];
            before->dead = true;
        }
        const struct op *f = model_clamp(outer[0], outer[1], setting);
        o->kind = OP_CLIP;
        o->number[0] = outer[0];
        o->number[1] = outer[1];
        if (f)
            model_activate(m, o, f, setting);
    }
    fold_tidy(m);
    for (int i = 0; i < m->nop; i++)
        if (is_one(m->op[i], OP_CLIP) && !(m->partial && !m->op[i]->out->readers))
            fold_refuse(m, m->op[i], "train the network with relu or relu6",
                        arena_format(m->mem, "clamps to %g..%g; supported are 0..6, 0..1 and 0..", m->op[i]->number[0],
                                     m->op[i]->number[1]));
}

/* ---- scale ---- */

static void scale_weights(struct model *m, struct weights *w, const float *factor, const float *offset)
{
    int64_t each = (int64_t)w->in * w->kh * w->kw;
    float *bias = NEW_ARRAY(m->mem, float, w->out), *value = w->value;
    for (int o = 0; o < w->out; o++) {
        double f = (double)factor[o], before = w->bias ? (double)w->bias[o] : 0;
        bias[o] = (float)(before * f + (double)offset[o]);
        if (f != 1 && value == w->value) {
            value = NEW_ARRAY(m->mem, float, each * w->out);
            memcpy(value, w->value, sizeof *value * (size_t)(each * w->out));
            w->q = NULL;
        }
        for (int64_t i = o * each; f != 1 && i < (o + 1) * each; i++)
            value[i] = (float)((double)value[i] * f);
    }
    w->value = value;
    w->bias = bias;
    w->bias_q = NULL;
}

static void scale_norm(struct model *m, struct operation *norm, const struct operation *o)
{
    int c = o->out->map.c;
    const float *factor = norm->factor, *offset = norm->offset;
    norm->factor = NEW_ARRAY(m->mem, float, c);
    norm->offset = NEW_ARRAY(m->mem, float, c);
    for (int i = 0; i < c; i++) {
        norm->factor[i] = factor[i] * o->factor[i];
        norm->offset[i] = (float)((double)offset[i] * (double)o->factor[i] + (double)o->offset[i]);
    }
}

static bool does_nothing(const struct operation *o)
{
    for (int i = 0; i < o->out->map.c; i++)
        if (o->factor[i] != 1 || o->offset[i] != 0)
            return false;
    return true;
}

/* A scale that no convolution can take is a depthwise convolution of size 1. */
static void make_depthwise(struct model *m, struct operation *o)
{
    struct weights *w = NEW(m->mem, struct weights);
    *w = (struct weights){o->out->map.c, 1, 1, 1, .value = o->factor, .bias = o->offset};
    o->kind = OP_CONV;
    o->norm = true;
    o->w = w;
    o->groups = o->out->map.c;
}

static void scale(struct model *m)
{
    for (int i = 0; i < m->nop; i++) {
        struct operation *o = m->op[i];
        for (int k = 0; k < o->nin; k++)
            o->in[k] = fold_resolve(o->in[k]);
        if (!is_one(o, OP_SCALE))
            continue;
        struct operation *before = o->in[0]->def;
        bool only = before && before->out->readers == 1 && !before->out->quantum.given;
        if (does_nothing(o)) {
            remove_op(o);
        } else if (only && (is_one(before, OP_CONV) || is_one(before, OP_DENSE) || is_one(before, OP_GROUP_NORM))) {
            if (before->w)
                scale_weights(m, before->w, o->factor, o->offset);
            else
                scale_norm(m, before, o);
            add_source(before, o);
            before->term = 0;
            before->out->quantum = o->out->quantum;
            remove_op(o);
            before->out->readers = o->out->readers;
        } else {
            make_depthwise(m, o);
        }
    }
    fold_tidy(m);
}

/* ---- means ---- */

/* A mean over height of one over width, in either order: the mean over both. */
static void means(struct model *m)
{
    for (int i = 0; i < m->nop; i++) {
        struct operation *o = m->op[i], *part = o->in[0]->def;
        const struct value *x = is_one(part, OP_AVG_POOL) ? part->in[0] : NULL;
        if (o->dead || o->kind != OP_GLOBAL_POOL || !x || part->out->readers != 1 || part->out->quantum.given)
            continue;
        bool row = part->k[0] == 1 && part->k[1] == x->map.w, column = part->k[1] == 1 && part->k[0] == x->map.h;
        bool whole = part->out->map.h == (row ? x->map.h : 1) && part->out->map.w == (row ? 1 : x->map.w);
        if ((!row && !column) || !whole)
            continue;
        o->in[0] = part->in[0];
        part->dead = true;
    }
    fold_tidy(m);
}

/* ---- pad ---- */

/* What a relu and its like made has no value below 0, so that a zero never wins; nor has a maximum of that. */
static bool is_positive(const struct value *v)
{
    for (int pools = 0; pools < 8 && is_one(v->def, OP_MAX_POOL); pools++)
        v = v->def->in[0];
    return is_one(v->def, OP_ACTIVATION) && v->def->activation->least == 0 && v->def->activation->most > 0;
}

static void pad(struct model *m)
{
    for (int i = 0; i < m->nop; i++) {
        struct operation *o = m->op[i], *p = o->in[0]->def;
        bool window = o->kind == OP_CONV || o->kind == OP_AVG_POOL || o->kind == OP_MAX_POOL;
        if (o->dead || !window || !is_one(p, OP_PAD))
            continue;
        if (o->kind == OP_MAX_POOL && !is_positive(p->in[0]))
            continue; /* refused below */
        if (o->inside && (o->pad[0] || o->pad[1] || o->pad[2] || o->pad[3]))
            continue; /* likewise: these zeros count, its own do not */
        o->inside = false;
        for (int k = 0; k < 4; k++)
            o->pad[k] += p->pad[k];
        o->tf_same = false;
        o->in[0] = p->in[0];
        if (o->kind != OP_CONV &&
            (o->pad[0] >= o->k[0] || o->pad[1] >= o->k[0] || o->pad[2] >= o->k[1] || o->pad[3] >= o->k[1]))
            fold_refuse(m, p, NULL, "pads a pool by as much as its window");
    }
    fold_tidy(m);
    for (int i = 0; i < m->nop; i++)
        if (is_one(m->op[i], OP_PAD))
            fold_refuse(m, m->op[i], NULL,
                        "only supported in front of a convolution or average pool, or of a max "
                        "pool that follows a relu");
}

/* ---- activate ---- */

static bool same_quantum(const struct value *a, const struct value *b)
{
    return !a->quantum.given || !b->quantum.given ||
           (a->quantum.scale == b->quantum.scale && a->quantum.zero_point == b->quantum.zero_point);
}

/* A clamp of what another one clamped: the tighter one. */
static const struct op *both_clamps(const struct op *a, const struct op *b)
{
    return a->clamp && b->clamp && a->least == b->least ? (a->most < b->most ? a : b) : NULL;
}

static void activate(struct model *m)
{
    for (int i = 0; i < m->nop; i++) {
        struct operation *o = m->op[i];
        for (int k = 0; k < o->nin; k++)
            o->in[k] = fold_resolve(o->in[k]);
        struct operation *before = o->in[0]->def;
        if (!is_one(o, OP_ACTIVATION) || !before || before->dead || before->out->readers != 1 ||
            !same_quantum(before->out, o->out) || (before->out->quantum.given && !o->activation->clamp))
            continue; /* what the file has in int8 between the two stays a result */
        bool takes = before->kind == OP_CONV || before->kind == OP_DENSE || before->kind == OP_GROUP_NORM ||
                     (before->kind >= OP_ADD && before->kind <= OP_DIV);
        const struct op *own = before->activation, *both = own ? both_clamps(own, o->activation) : NULL;
        if (!both && (!takes || own))
            continue;
        if (both)
            before->nsource -= before->nsource > 1; /* what the first of the two made is no tensor any more */
        before->activation = both ? both : o->activation;
        memcpy(before->setting, o->setting, sizeof before->setting);
        add_source(before, o);
        if (o->out->quantum.given)
            before->out->quantum = o->out->quantum;
        before->out->readers = o->out->readers;
        remove_op(o);
    }
    fold_tidy(m);
}

/* ---- image ---- */

/* A depthwise layer of size 1 that was a scale, the only reader of the file's input, with a result that others read. */
static bool normalises(const struct model *m, const struct operation *o)
{
    bool plain =
        is_one(o, OP_CONV) && o->norm && !o->activation && !o->pad[0] && !o->pad[1] && !o->pad[2] && !o->pad[3];
    if (!plain || o->in[0] != m->input || m->input->readers != 1 || o->out == m->output)
        return false;
    for (int c = 0; c < o->w->out; c++)
        if (!(o->w->value[c] > 0))
            return false;
    return true;
}

static void image(struct model *m)
{
    for (int i = 0; i < m->nop && !m->integer; i++) {
        struct operation *o = m->op[i];
        if (!normalises(m, o))
            continue;
        m->factor = o->w->value;
        m->mean = NEW_ARRAY(m->mem, float, o->w->out);
        for (int c = 0; c < o->w->out; c++)
            m->mean[c] = o->w->bias ? 0 - o->w->bias[c] / o->w->value[c] : 0;
        remove_op(o);
        return;
    }
}

void model_look(struct model *m)
{
    m->partial = true;
    drop(m);
    clips(m);
    fold_maxima(m);
    fold_gates(m);
}

bool model_fold(struct model *m)
{
    int before = m->diag->errors, n = 0;
    if (!m->output || m->output->lost || m->output->t.data || m->output->is_shape ||
        fold_resolve(m->output) == m->input) {
        refuse_file(m, NULL, "has no layers");
        return false;
    }
    drop(m);
    clips(m);
    fold_maxima(m);
    fold_gates(m);
    scale(m);
    means(m);
    pad(m);
    activate(m);
    model_precision(m);
    image(m);
    fold_tidy(m);
    for (int i = 0; i < m->nop; i++)
        if (!m->op[i]->dead)
            m->op[n++] = m->op[i];
    m->nop = n;
    if (!n && m->diag->errors == before)
        refuse_file(m, NULL, "has no layers");
    return m->diag->errors == before;
}
