/* SPDX-License-Identifier: MIT */
/* Scales of a file -> an int8 network, or one of floats.
 *
 *     saturate   a result whose zero point is the least int8 ends at 0: that is a relu, which tools that quantise take out
 *     norms      batch norms that stand alone  ->  int8 weights
 *     rescale    int8 of one scale to another  ->  a depthwise convolution of size 1 and weight 1
 *
 * A layer that lacks a scale, or has weights with zero points, stays float32; where most do, the whole network does. */
#include "import/model/model.h"

#include <math.h>
#include <string.h>

static bool has_weights(const struct operation *o)
{
    return o->kind == OP_CONV || o->kind == OP_DENSE;
}

static bool same_quantum(const struct quantum *a, const struct quantum *b)
{
    return a->scale == b->scale && a->zero_point == b->zero_point;
}

/* ---- saturate ---- */

/* The clamp from 0 to the end of int8, if that is one; else from 0. */
static const struct op *clamp_of(const struct quantum *q)
{
    const struct op *found = NULL;
    for (int i = 0; all_ops[i]; i++) {
        const struct op *f = all_ops[i];
        bool ends = fabs(f->most / (255 * q->scale) - 1) < 1e-3;
        if (f->clamp && f->least == 0 && (ends || (!found && f->most > 1e30)))
            found = f;
    }
    return found;
}

static void saturate(struct model *m)
{
    for (int i = 0; i < m->nop; i++) {
        struct operation *o = m->op[i];
        bool computes = has_weights(o) || (o->kind >= OP_ADD && o->kind <= OP_DIV);
        if (!o->dead && computes && !o->activation && o->out->quantum.given && o->out->quantum.zero_point == -128)
            o->activation = clamp_of(&o->out->quantum);
    }
}

/* ---- norms ---- */

/* The file's integers as weights, if it has them and they are int8; else 127 with a scale for each channel. */
static void quantise_norm(struct model *m, struct operation *o)
{
    struct weights *w = o->w;
    w->q = NEW_ARRAY(m->mem, int8_t, w->out);
    w->scale = NEW_ARRAY(m->mem, float, w->out);
    w->nscale = w->out;
    for (int c = 0; c < w->out; c++) {
        double steps = o->step > 0 ? (double)w->value[c] / o->step : 0.5;
        bool whole = fabs(steps) <= 127 && fabs(steps - nearbyint(steps)) < 1e-3;
        w->scale[c] = whole ? (float)o->step : fabsf(w->value[c]) / 127;
        w->q[c] = whole ? (int8_t)nearbyint(steps) : w->value[c] > 0 ? 127 : -127;
        if (!(w->scale[c] > 0)) {
            w->scale[c] = 1;
            w->q[c] = 0;
        }
    }
}

/* ---- rescale ---- */

static void make_rescale(struct model *m, struct operation *o)
{
    int c = o->in[0]->map.c;
    struct weights *w = NEW(m->mem, struct weights);
    *w = (struct weights){c, 1, 1, 1, .value = NEW_ARRAY(m->mem, float, c), .nscale = c};
    w->q = NEW_ARRAY(m->mem, int8_t, c);
    w->scale = NEW_ARRAY(m->mem, float, c);
    for (int i = 0; i < c; i++) {
        w->value[i] = w->scale[i] = 1;
        w->q[i] = 1;
    }
    o->kind = OP_CONV;
    o->rescale = true;
    o->integer = true;
    o->w = w;
    o->groups = c;
}

/* What an int8 network computes in the scale of its input. */
static bool keeps_scale(const struct operation *o)
{
    return o->kind == OP_MAX_POOL || o->kind == OP_UPSAMPLE || o->kind == OP_CHANNELS ||
           (o->kind == OP_ACTIVATION && o->activation->clamp != NULL);
}

/* Behind o, which keeps the scale of its input: what brings its result to the scale that the file has. */
static void put_rescale(struct model *m, int i)
{
    struct operation *o = m->op[i], *r = NEW(m->mem, struct operation);
    struct value *between = NEW(m->mem, struct value);
    *r = *o;
    *between = *o->out;
    between->def = o;
    between->readers = 1;
    between->quantum = o->in[0]->quantum;
    r->activation = NULL;
    memset(r->setting, 0, sizeof r->setting);
    r->k[0] = r->k[1] = r->s[0] = r->s[1] = r->d[0] = r->d[1] = 1;
    memset(r->pad, 0, sizeof r->pad);
    r->in[0] = between;
    r->out->def = r;
    o->out = between;
    make_rescale(m, r);
    GROW(m->mem, m->op, m->nop, m->capacity);
    memmove(m->op + i + 2, m->op + i + 1, sizeof *m->op * (size_t)(m->nop - i - 1));
    m->op[i + 1] = r;
    m->nop++;
}

/* ---- int8 or not ---- */

/* Why a layer with weights is not int8; NULL: it is. */
static const char *reason(const struct operation *o)
{
    if (!o->norm && !o->w->q)
        return "its weights are not int8 with a zero point of 0";
    if (!o->in[0]->quantum.given)
        return "its input is not quantised";
    return !o->out->quantum.given                   ? "its result is not quantised"
           : o->activation && !o->activation->clamp ? "what its activation reads is not quantised"
                                                    : NULL;
}

static void say_why(struct model *m, const struct operation *o, const char *why, int count, bool integer)
{
    const char *name = o->name[0] ? o->name : o->out->t.name;
    const char *others = count > 1 ? arena_format(m->mem, ", and %d others", count - 1) : "";
    diag_warn(m->diag, (struct loc){m->path, 0}, NULL, NULL, "operator %d '%s', %s%s: %s%s", o->index,
              shown(m->mem, name), shown(m->mem, o->type), others, why,
              integer ? "; stays float32 in an int8 network"
                      : ": the network is int8 only in part, and imported as float32 with its weights dequantised");
}

/* Counts what is int8, and says what is not. */
static bool decide(struct model *m)
{
    const struct operation *first = NULL;
    int integers = 0, reals = 0;
    bool any = m->input->quantum.given;
    for (int i = 0; i < m->nop; i++) {
        const struct operation *o = m->op[i];
        if (o->dead || !has_weights(o))
            continue;
        const char *why = reason(o);
        any = any || o->out->quantum.given || (o->w->q && !o->norm);
        integers += why == NULL;
        reals += why != NULL;
        first = why && !first ? o : first;
    }
    bool whole = m->input->quantum.given && integers > 0 && integers >= reals;
    bool usual = whole && reals == 1 && first->out == m->output; /* the scores are floats: they learn, anyway */
    if (any && first && !usual)
        say_why(m, first, reason(first), reals, whole);
    return whole;
}

/* What has no scale of its own has that of what it reads, where it keeps values. */
static void hand_on(struct model *m)
{
    for (int i = 0; i < m->nop; i++) {
        struct operation *o = m->op[i];
        bool keeps = keeps_scale(o) || o->kind == OP_AVG_POOL || o->kind == OP_GLOBAL_POOL;
        if (!o->dead && keeps && !o->out->quantum.given)
            o->out->quantum = o->in[0]->quantum;
    }
}

void model_precision(struct model *m)
{
    hand_on(m);
    saturate(m);
    m->integer = decide(m);
    for (int i = 0; i < m->nop; i++) {
        struct operation *o = m->op[i];
        if (o->dead)
            continue;
        if (o->kind == OP_QUANTIZE && !m->integer) {
            o->dead = true;
            o->out->alias = o->in[0];
        } else if (o->kind == OP_QUANTIZE) {
            make_rescale(m, o);
        } else if (has_weights(o) && m->integer && !o->rescale) {
            o->integer = !reason(o);
            if (o->integer && o->norm)
                quantise_norm(m, o);
        } else if (m->integer && keeps_scale(o) && o->in[0]->quantum.given &&
                   !same_quantum(&o->in[0]->quantum, &o->out->quantum)) {
            put_rescale(m, i);
        }
    }
}
