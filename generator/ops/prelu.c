/* SPDX-License-Identifier: MIT */
/* prelu: y = x where x is above 0, else weight[channel] * x (He et al., 2015).
 *
 *     prelu     y                                        rows of y, in place
 *     prelu_dx  dx = dy, or weight[channel] * dy         rows of dx; the gate is a mask, or x itself where it is kept
 *     prelu_dw  dw = sum of dy * x where x is not above 0   accumulates
 *
 *     prelu_int8, prelu_int8_dx     the first two of int8, while the weights are frozen; else it stays of floats */
#include "ops/activation.h"

#include <math.h>
#include <string.h>

enum { X, W, DY = 0, GATE, DX_W, DW_X = 1 };

static void prelu_dw_bind(const struct node *n, struct bindings *b)
{
    bind_elements(b, n->in[DW_X]);
    bind_flag(b, "keep", n->out[0]->role == ROLE_STATE);
}

static const struct op op_prelu_dw = {
    .name = "prelu_dw",
    .in = {{"dy", .rows = true}, {"x", .rows = true}},
    .out = {{"dw"}},
    .stepping = STEP_ACCUMULATE,
    .bind = prelu_dw_bind,
};

static const struct op op_prelu_dx = {
    .name = "prelu_dx",
    .in = {{"dy", .rows = true}, {"gate", .rows = true}, {"weight"}},
    .out = {{"dx", .rows = true}},
    .inplace = 1 + DY,
    .bind = activation_bind,
};

static void prelu_grad(struct graph *g, struct node *n)
{
    struct val *x = n->in[X], *dy = n->out[0]->grad;
    if (wants_grad(n->in[W])) {
        struct node *d = grad_param(g, n->in[W], &op_prelu_dw, n);
        d->in[DY] = dy;
        d->in[DW_X] = x;
    }
    if (wants_grad(x)) {
        struct val *gate = wants_grad(n->in[W]) || kept_for_weights(g, x) ? x : mask_of(g, n);
        activation_grad(g, n, &op_prelu_dx, gate)->in[DX_W] = n->in[W];
    }
}

static struct val *prelu_build(struct graph *g, const struct layer *l, struct val **in)
{
    struct param *p = param_new(g, l, "weight", (int[]){in[0]->c, 1, 1, 1}, 0);
    struct node *n = node_add(g, &op_prelu, l->name, l->loc, val_new(g, l->name, l->out, F32));
    for (int64_t i = 0; !strcmp(p->origin, "random") && i < p->count; i++)
        p->value[i] = 0.25f; /* as PyTorch begins */
    n->in[X] = in[0];
    n->in[W] = p->val = param_val(g, p, CONTENT_VECTOR, F32);
    return n->out[0];
}

/* ---- of int8 ----
 *
 *     y = ((x - zx) * (x above zx ? open : slope[channel]) + half >> bits) + zy      open = round(2^bits sx / sy)
 *
 * or, with TFLite's rounding, by a factor of its own for each side, the slopes being integers of one scale. */

enum { INT8_X, SLOPE, INT8_DY = 0, DY_RANGE, INT8_GATE, DX_SLOPE, PLUS, PLUS_RANGE };
enum { UNIT };                /* node.number: what a step of a slope is worth; */
enum { BITS_BEHIND, TFLITE }; /* node.whole: of the factors, and whether TFLite's are meant */

/* Where a gradient passes: where x is above its zero point, as gate_bits has it; no int8 is above 127. */
static void bind_open(struct bindings *b, const struct val *x)
{
    bind_int(b, "lo", x->zero < 127 ? x->zero : 126);
    bind_int(b, "hi", x->zero < 127 ? 128 : 127);
}

static void prelu_int8_bind(const struct node *n, struct bindings *b)
{
    const struct val *x = n->in[INT8_X], *y = n->out[0];
    bind_elements(b, y);
    bind_quant(b, "x", x);
    bind_quant(b, "y", y);
    bind_flag(b, "tflite", n->whole[TFLITE]);
    bind_flag(b, "has_mask", n->out[1] != NULL);
    bind_open(b, x);
    if (!n->whole[TFLITE]) {
        bind_int(b, "bits", n->whole[BITS_BEHIND]);
        bind_int(b, "open", (long)nearbyint(ldexp(x->scale / y->scale, n->whole[BITS_BEHIND])));
        return;
    }
    struct factor open = tflite_factor(x->scale / y->scale),
                  other = tflite_factor(x->scale * n->number[UNIT] / y->scale);
    bind_int(b, "open", open.multiplier);
    bind_int(b, "open_shift", open.shift);
    bind_int(b, "multiplier", other.multiplier);
    bind_int(b, "shift", other.shift);
}

static void prelu_int8_dx_bind(const struct node *n, struct bindings *b)
{
    bool mask = n->in[INT8_GATE]->type == BITS;
    bind_elements(b, n->out[0]);
    bind_text(b, "gtype", type_name(n->out[0]->type));
    bind_text(b, "by", mask ? "mask" : "value");
    bind_int(b, "x_zero", mask ? 0 : n->in[INT8_GATE]->zero);
    bind_int(b, "bits", n->whole[BITS_BEHIND]);
    bind_flag(b, "has_plus", n->in[PLUS] != NULL);
}

static const struct op op_prelu_int8_dx = {
    .name = "prelu_int8_dx",
    .in = {{"dy", .rows = true},
           {"dy_range", .optional = true},
           {"gate", .rows = true},
           {"slope"},
           {"plus", .rows = true, .optional = true},
           {"plus_range", .optional = true}},
    .out = {{"dx", .rows = true}, {"range", .optional = true}},
    .inplace = 1 + PLUS,
    .plus = 1 + PLUS,
    .bind = prelu_int8_dx_bind,
};

static void prelu_int8_grad(struct graph *g, struct node *n)
{
    struct val *x = n->in[INT8_X], *dy = n->out[0]->grad;
    if (!wants_grad(x))
        return;
    struct val *gate = kept_for_weights(g, x) ? x : mask_of(g, n);
    struct node *d = grad_add(g, x, &op_prelu_int8_dx, n);
    d->in[INT8_DY] = dy;
    d->in[DY_RANGE] = dy->range;
    d->in[INT8_GATE] = gate;
    const int32_t *step = n->in[SLOPE]->constant;
    double *slope = NEW_ARRAY(g->mem, double, x->c + 1);
    for (int i = 0; i < x->c; i++)
        slope[i] = step[i] * n->number[UNIT];
    slope[x->c] = 1; /* of those that are above 0 */
    d->whole[BITS_BEHIND] = slopes_new(g, d, DX_SLOPE, slope, x->c + 1, n->out[0]->name,
                                       arena_format(g->mem, "%s: slopes below 0 of each channel, and above", n->name));
}

static const struct op op_prelu_int8 = {
    .name = "prelu_int8",
    .in = {{"x", .rows = true}, {"slope"}},
    .out = {{"y", .rows = true}, {"mask", .rows = true, .optional = true, .null = true}},
    .inplace = 1,
    .grad = prelu_int8_grad,
    .bind = prelu_int8_bind,
};

/* All that the result can be. */
static void prelu_span(const struct val *x, const struct param *w, double *lo, double *hi)
{
    double least = (-128 - x->zero) * x->scale;
    *lo = 0;
    *hi = (127 - x->zero) * x->scale;
    for (int64_t i = 0; i < w->count; i++) {
        *lo = fmin(*lo, least * (double)w->value[i]);
        *hi = fmax(*hi, least * (double)w->value[i]);
    }
}

/* The scale of the slopes as integers: the file's, if it has one of which they are multiples as int8 has them, each less its
 * zero point; else one that leaves products with an int8 below 2^30. */
static double slope_unit(struct graph *g, const struct node *n, const struct param *w, double largest)
{
    const struct tensor *t = layer_tensor(g, n->name, "weight_scale");
    double unit = t && t->count == 1 ? tensor_at(t, 0) : 0;
    for (int64_t i = 0; is_scale(unit) && i < w->count; i++) {
        double steps = (double)w->value[i] / unit;
        if (fabs(steps) > 255.5 || fabs(steps - nearbyint(steps)) > 0.01)
            unit = 0;
    }
    return is_scale(unit) ? unit : fmax(largest, 1e-20) / (1 << 21);
}

static bool prelu_integer(struct quantiser *q, struct node *n)
{
    struct val *x = n->in[X], *y = n->out[0];
    const struct param *w = n->in[W]->param;
    double lo, hi, largest = 0;
    if (n->in[W]->role == ROLE_TRAINED)
        return false;
    for (int64_t i = 0; i < w->count; i++)
        largest = fmax(largest, fabs((double)w->value[i]));
    prelu_span(x, w, &lo, &hi);
    result_grid(q, n, lo, hi);
    int bits = factor_bits(fmax(largest, 1) * x->scale / y->scale, 256);
    if (bits == 0) { /* scales that do not belong together */
        y->scale = y->zero = 0;
        return false;
    }
    n->whole[BITS_BEHIND] = bits;
    n->whole[TFLITE] = q->g->spec->precision.tflite_rounding;
    n->number[UNIT] = n->whole[TFLITE] ? slope_unit(q->g, n, w, largest) : ldexp(y->scale / x->scale, -bits);
    int32_t *slope = NEW_ARRAY(q->g->mem, int32_t, w->count);
    for (int64_t i = 0; i < w->count; i++)
        slope[i] = (int32_t)nearbyint((double)w->value[i] / n->number[UNIT]);
    y->type = I8;
    node_become(n, &op_prelu_int8);
    n->in[SLOPE] = val_constant(q->g, arena_format(q->g->mem, "%s.steps", y->name), I32, slope, (int)w->count,
                                arena_format(q->g->mem, "%s: what a value below 0 is multiplied with", n->name));
    quantiser_push(q, n);
    return true;
}

static const struct constructor make_prelu = {.name = "prelu", .inputs = 1, .has_params = true, .shape = shape_same};

const struct op op_prelu = {
    .name = "prelu",
    .in = {{"x", .rows = true}, {"weight"}},
    .out = RESULT_AND_MASK,
    .inplace = 1,
    .grad = prelu_grad,
    .bind = activation_bind,
    .make = &make_prelu,
    .build = prelu_build,
    .grid = GRID_OWN,
    .integer = prelu_integer,
};
