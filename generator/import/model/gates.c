/* SPDX-License-Identifier: MIT */
/* Products, and maxima, that are an activation. */
#include "import/model/fold.h"

#include <math.h>
#include <stdlib.h>

/* ---- products ---- */

/* Factor f and offset b for every channel. */
static bool is_affine(const struct operation *o, double f, double b)
{
    if (!is_one(o, OP_SCALE))
        return false;
    for (int i = 0; i < o->out->map.c; i++)
        if (fabs((double)o->factor[i] - f) > 1e-4 * f || fabs((double)o->offset[i] - b) > 1e-4)
            return false;
    return true;
}

static bool is_activation(const struct operation *o, const struct op *f)
{
    return is_one(o, OP_ACTIVATION) && o->activation == f;
}

/* relu6(x + 3), possibly divided by 6 behind: x, or NULL. */
static struct value *shifted_relu6(const struct value *v, bool *divided)
{
    const struct operation *o = v->def;
    *divided = is_affine(o, 1.0 / 6, 0);
    if (*divided)
        o = o->in[0]->def;
    if (is_activation(o, &op_hard_sigmoid) && !*divided) {
        const char *alpha = o->setting[0];
        *divided = true; /* exporters write 1/6 with few digits */
        return !o->setting[1] && (!alpha || fabs(strtod(alpha, NULL) - 1.0 / 6) <= 1e-4) ? o->in[0] : NULL;
    }
    if (!is_activation(o, &op_relu6) || !is_affine(o->in[0]->def, 1, 3))
        return NULL;
    return o->in[0]->def->in[0];
}

/* The x that v is (1 + erf(x / sqrt(2))) of, or NULL. */
static struct value *gelu_gate(const struct value *v)
{
    const struct operation *erf = is_affine(v->def, 1, 1) ? v->def->in[0]->def : NULL;
    return is_one(erf, OP_ERF) && is_affine(erf->in[0]->def, sqrt(0.5), 0) ? erf->in[0]->def->in[0] : NULL;
}

/* What x the product of a and b is an activation of; `end` is the product, or the operator that scales it. */
static struct value *gated(const struct value *a, const struct value *b, bool scaled, double factor,
                           const struct op **f)
{
    bool divided;
    struct value *x = shifted_relu6(b, &divided);
    *f = &op_hswish;
    if (x && x == a && (divided ? !scaled : scaled && fabs(factor - 1.0 / 6) < 1e-4))
        return x;
    *f = &op_silu;
    if (!scaled && is_activation(b->def, &op_sigmoid) && b->def->in[0] == a && !b->quantum.given)
        return b->def->in[0];
    *f = &op_gelu;
    x = gelu_gate(b);
    bool half = is_affine(a->def, 0.5, 0) && a->def->in[0] == x;
    return x && (scaled ? x == a && fabs(factor - 0.5) < 1e-4 : half) ? x : NULL;
}

/* ---- maxima ---- */

/* What was brought to another scale, as TFLite does it for a maximum. */
static struct value *before_scale(struct value *v)
{
    return is_one(v->def, OP_QUANTIZE) ? v->def->in[0] : v;
}

/* max(x, slope * x), the slopes at most 1: x; *slopes has them, one for each channel.  NULL: it is none. */
static struct value *leaked(const struct operation *o, float **slopes)
{
    for (int k = 0; k < 2 && is_one(o, OP_MAXIMUM); k++) {
        const struct operation *f = before_scale(o->in[k])->def;
        bool right = is_one(f, OP_SCALE) && f->in[0] == before_scale(o->in[1 - k]);
        for (int i = 0; right && i < o->out->map.c; i++)
            right = f->factor[i] <= 1 && f->offset[i] == 0;
        *slopes = right ? f->factor : NULL;
        if (right)
            return f->in[0];
    }
    return NULL;
}

void fold_maxima(struct model *m)
{
    for (int i = 0; i < m->nop; i++) {
        struct operation *o = m->op[i];
        float *slopes;
        struct value *x = leaked(o, &slopes);
        if (!x)
            continue;
        bool one = true;
        for (int c = 0; c < o->out->map.c; c++)
            one = one && slopes[c] == slopes[0];
        o->in[0] = x;
        o->nin = 1;
        o->kind = OP_PRELU;
        o->factor = slopes;
        if (one)
            model_activate(m, o, &op_leaky_relu, (double[]){(double)slopes[0], 0});
    }
    fold_tidy(m);
    for (int i = 0; i < m->nop; i++)
        if (is_one(m->op[i], OP_MAXIMUM))
            fold_refuse(m, m->op[i], "the maximum of x and slope * x is supported, and of a map and a number",
                        "of two maps is not supported");
}

void fold_gates(struct model *m)
{
    for (int i = 0; i < m->nop; i++) {
        struct operation *o = m->op[i];
        for (int scaled = 1; scaled >= 0; scaled--) {
            double factor = scaled && is_one(o, OP_SCALE) ? (double)o->factor[0] : 1;
            struct operation *product = scaled && is_affine(o, factor, 0) ? o->in[0]->def : o;
            for (int k = 0; k < 2 && is_one(product, OP_MUL) && (product != o) == scaled; k++) {
                const struct op *f;
                struct value *x = gated(product->in[1 - k], product->in[k], scaled, factor, &f);
                if (!x)
                    continue;
                model_activate(m, o, f, NULL);
                o->in[0] = x;
                o->nin = 1;
                break;
            }
        }
    }
    fold_tidy(m);
    for (int i = 0; i < m->nop; i++) /* of a part of the network, one that nobody reads may have been for a product */
        if (is_one(m->op[i], OP_ERF) && !(m->partial && !m->op[i]->out->readers))
            fold_refuse(m, m->op[i], "gelu, x * (1 + erf(x / sqrt(2))) / 2, is supported", "not supported by itself");
}
