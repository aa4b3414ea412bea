/* SPDX-License-Identifier: MIT */
/* The gradients of integer convolutions.
 *
 *     conv_int8_dx, dwconv_int8_dx    dx = transpose of the convolution [+ plus]     int16 (or int8) by int8
 *
 * A convolution mixes output channels, whose weights have scales of their own: share[o] = scale[o] / the largest
 * of them brings dy to one scale first.  Shares shrink further where a sum could leave int32.  turn = {mantissa,
 * exponent} of the factor that is left.  A depthwise convolution mixes none: there the scale of w[o] is what the forward
 * pass multiplies by, times turn.  With the ranges of dy and dx that gives the multiplier of a call. */
#include "convolution/convolution_int8.h"
#include "ops/take.h"

#include <math.h>
#include <stdlib.h>

/* Inputs by position; what brings channels to one scale is SHARE or MULTIPLIER and SHIFT. */
enum { DY, DY_RANGE, DX_WEIGHT, SHARE, TURN, DX_ADD, DX_ADD_RANGE, SHIFT, MULTIPLIER = SHARE };

static void convolution_int8_dx_rows(const struct node *n, int i, int y, int *lo, int *hi)
{
    if (i == DY)
        window_rows_transposed(&n->win, n->in[DY]->h, y, lo, hi);
    else
        *lo = *hi = y;
}

static int64_t convolution_int8_dx_macs(const struct node *n)
{
    return window_macs(n, n->out[0], n->in[DY]);
}

static bool by_input(const struct node *n)
{
    return n->in[DX_WEIGHT]->content == CONTENT_BY_INPUT;
}

/* Outputs and inputs of a 1x1 convolution whose columns and sums, of four pixels, cores with the DSP extension keep in memory
 * together (turned.c.tpl): all outputs, if they are few, so that their columns are made once. */
static void parts_of_four(const struct node *n, int *inputs, int *outs)
{
    enum { WORDS = 384, FEW = 162, MANY = 96 };
    const struct param *p = n->in[DX_WEIGHT]->param;
    int all = p->shape[0] / n->win.groups;
    *outs = all <= FEW ? (all + 5) / 6 * 6 : MANY;
    *outs = by_input(n) ? *outs / 4 * 4 : *outs;
    *inputs = (WORDS - 2 * *outs) / 16 * 4;
    *inputs = p->shape[1] < *inputs ? (p->shape[1] + 3) / 4 * 4 : *inputs;
}

/* Outputs that a column of two pixels has at a time, everywhere else: all, or some of many. */
static int part_of_two(const struct node *n)
{
    enum { MOST = 384, WHOLE = 24 }; /* panels and eights */
    int outs = n->in[DX_WEIGHT]->param->shape[0] / n->win.groups, parts = (outs + MOST - 1) / MOST;
    bool some = parts > 1 && convolution_is_pointwise(n, n->out[0], n->in[DY]);
    return some ? ((outs + parts - 1) / parts + WHOLE - 1) / WHOLE * WHOLE : outs;
}

static void convolution_int8_dx_bind(const struct node *n, struct bindings *b)
{
    int inputs, outs;
    convolution_bind_shape(n, b, n->out[0], n->in[DY]);
    bind_text(b, "gtype", type_name(n->out[0]->type));
    bind_flag(b, "has_plus", n->in[DX_ADD] != NULL);
    bind_flag(b, "has_shift", n->in[SHIFT] != NULL);
    parts_of_four(n, &inputs, &outs);
    bind_int(b, "part_inputs", inputs);
    bind_int(b, "part_outs", outs);
    bind_int(b, "part", part_of_two(n));
    bind_flag(b, "by_input", by_input(n));
    if (by_input(n))
        b->label = arena_format(b->mem, "%s_by_input", b->label);
    if (n->in[DX_ADD])
        b->label = arena_format(b->mem, "%s_plus", b->label);
}

static struct val **weights_by_input(struct node *n)
{
    return convolution_is_pointwise(n, n->out[0], n->in[DY]) ? &n->in[DX_WEIGHT] : NULL;
}

/* Sums, and a column of two pixels, of whole eights of channels at most.  Beyond so many inputs Helium sums up those of all, with
 * all outputs, as for windows (conv_int8_dx.c.tpl). */
static int conv_int8_dx_stack(const struct node *n)
{
    enum { EIGHTS = 3120 };
    const struct param *p = n->in[DX_WEIGHT]->param;
    bool all = n->win.kh * n->win.kw > 1 || p->shape[1] > EIGHTS;
    int inputs, outs, sums = all ? 8 * p->shape[1] + 32 : 256;
    int two = sums + 4 * ((all ? p->shape[0] / p->groups : part_of_two(n)) + 7);
    parts_of_four(n, &inputs, &outs);
    int four = 8 * outs + 16 * inputs;
    return two > four ? two : four;
}

static int dwconv_int8_dx_stack(const struct node *n)
{
    int rows = 33 - n->win.kh < n->out[0]->h ? 33 - n->win.kh : n->out[0]->h;
    return plane_stack(n, 1, 1, rows, 16);
}

#define DX_INT8(title, scale, stack_of, copied)                                                                        \
    {                                                                                                                  \
        .name = title,                                                                                                 \
        .in = {{"dy", .rows = true},                                                                                   \
               {"dy_range"},                                                                                           \
               {"w"},                                                                                                  \
               {scale},                                                                                                \
               {"turn"},                                                                                               \
               {"plus", .rows = true, .optional = true},                                                               \
               {"plus_range", .optional = true},                                                                       \
               {"shift", .optional = true}},                                                                           \
        .out = {{"dx", .rows = true}, {"range"}}, .inplace = 1 + DX_ADD, .plus = 1 + DX_ADD,                           \
        .rows = convolution_int8_dx_rows, .macs = convolution_int8_dx_macs, .bind = convolution_int8_dx_bind,          \
        .stack = stack_of, .by_input = copied,                                                                         \
    }

static const struct op op_conv_int8_dx = DX_INT8("conv_int8_dx", "share", conv_int8_dx_stack, weights_by_input);
static const struct op op_dwconv_int8_dx = DX_INT8("dwconv_int8_dx", "multiplier", dwconv_int8_dx_stack, NULL);

static int8_t weight_at(const struct param *p, int o, int i, int tap)
{
    return p->quantised[((int64_t)o * p->shape[1] + i) * p->shape[2] * p->shape[3] + tap];
}

/* The largest sum over outputs and taps of |w| * share that an input meets, in units of a weight. */
static double largest_sum(const struct param *p, const double *share)
{
    int outs = p->shape[0] / p->groups, area = p->shape[2] * p->shape[3];
    double largest = 0;
    for (int group = 0; group < p->groups; group++)
        for (int i = 0; i < p->shape[1]; i++) {
            double sum = 0;
            for (int o = group * outs; o < (group + 1) * outs; o++)
                for (int tap = 0; tap < area; tap++)
                    sum += abs(weight_at(p, o, i, tap)) * share[o];
            largest = fmax(largest, sum);
        }
    return largest;
}

/* share[o] as Q15, and the factor that they leave. */
static void set_shares(struct graph *g, struct node *d, const struct param *p)
{
    int outs = p->shape[0];
    double *share = NEW_ARRAY(g->mem, double, outs), unit = 0;
    int16_t *q15 = NEW_ARRAY(g->mem, int16_t, outs);
    int32_t *turn = NEW_ARRAY(g->mem, int32_t, 2);
    for (int o = 0; o < outs; o++)
        unit = fmax(unit, (double)p->scale[o]);
    for (int o = 0; o < outs; o++)
        share[o] = unit > 0 ? (double)p->scale[o] / unit : 0;
    while (largest_sum(p, share) * 32768 >= 2147483647.0) {
        unit *= 2;
        for (int o = 0; o < outs; o++)
            share[o] /= 2;
    }
    for (int o = 0; o < outs; o++)
        q15[o] = (int16_t)fmin(32767, nearbyint(share[o] * 32768));
    struct factor f = factor_of(unit);
    turn[0] = f.multiplier;
    turn[1] = f.shift - (d->out[0]->type == I8 ? 8 : 0); /* columns keep 8 bits more of an int8 */
    d->in[SHARE] = val_constant(g, arena_format(g->mem, "%s.share", d->name), I16, q15, outs,
                                arena_format(g->mem, "%s: scales of the outputs, relative", d->name));
    d->in[TURN] = val_constant(g, arena_format(g->mem, "%s.turn", d->name), I32, turn, 2,
                               arena_format(g->mem, "%s: sum of the gradient -> real, mantissa and exponent", d->name));
}

/* The scale of w[o] from the multiplier of n, which is 2^32 (or with TFLite's shifts 2^31) times it, times the ratio of
 * the scales of x and y: it is in the upper half of multiplier * turn. */
static void set_turn(struct graph *g, struct node *d, const struct node *n)
{
    bool shifts = n->in[Q_SHIFT] != NULL;
    struct factor f = factor_of(n->out[0]->scale / n->in[Q_X]->scale);
    int32_t *turn = NEW_ARRAY(g->mem, int32_t, 2);
    turn[0] = f.multiplier;
    turn[1] = f.shift + (shifts ? 1 : n->whole[WHOLE_SHIFT]);
    d->in[MULTIPLIER] = n->in[Q_MULTIPLIER];
    d->in[SHIFT] = n->in[Q_SHIFT];
    d->in[TURN] =
        val_constant(g, arena_format(g->mem, "%s.turn", d->name), I32, turn, 2,
                     arena_format(g->mem, "%s: multiplier -> scale of the weights, mantissa and exponent", d->name));
}

/* How much larger than dy a dx is likely to be: as if all terms were independent. */
static double gain(const struct param *p)
{
    double sum = 0;
    for (int64_t i = 0; i < p->count; i++)
        sum += (double)p->value[i] * (double)p->value[i];
    return sqrt(sum / (p->shape[1] * (double)p->groups));
}

static void input_grad(struct graph *g, struct node *n, struct val *dy)
{
    struct val *w = n->in[Q_W];
    bool mixes = w->content == CONTENT_PANELS;
    if (dy->type == F32) {
        struct node *d = grad_add(g, n->in[Q_X], mixes ? &op_conv_dx : &op_dwconv_dx, n);
        d->in[DX_DY] = dy;
        d->in[DX_W] = param_val(g, w->param, mixes ? CONTENT_TRANSPOSED : CONTENT_DEPTHWISE, I8);
        d->in[DX_SCALE] = param_val(g, w->param, CONTENT_SCALE, F32);
        if (!mixes)
            d->in[DX_W]->name = arena_format(g->mem, "%s.by_quads", d->in[DX_W]->name);
        return;
    }
    struct node *d = grad_add(g, n->in[Q_X], mixes ? &op_conv_int8_dx : &op_dwconv_int8_dx, n);
    d->in[DY] = dy;
    d->in[DY_RANGE] = dy->range;
    d->in[DX_WEIGHT] = w;
    if (mixes)
        set_shares(g, d, w->param);
    else
        set_turn(g, d, n);
    expect(d->out[0], dy->expected * gain(w->param));
}

/* Of a slice of outputs the gradient is that of the learning channels. */
static void plus_grad(struct graph *g, struct node *n, struct val *dy)
{
    if (n->in[Q_TO]) {
        struct val *taken = val_new(g, arena_format(g->mem, "%s.taken", dy->name),
                                    (struct shape){dy->h, dy->w, n->in[Q_PLUS]->c}, dy->type);
        struct node *take = node_add(g, &op_take, n->name, n->loc, taken);
        take->in[TAKE_X] = dy;
        take->in[TAKE_INDEX] = n->in[Q_TO];
        taken->range = dy->range;
        dy = taken;
    }
    grad_same(g, n->in[Q_PLUS], gradient_as_real(g, dy, n), n);
}

void convolution_int8_grad(struct graph *g, struct node *n)
{
    struct val *dy = n->out[0]->grad;
    if (n->whole[WHOLE_GATED])
        dy = gated(g, n, dy);
    if (wants_grad(n->in[Q_B])) {
        struct node *d = grad_param(g, n->in[Q_B], &op_bias_grad, n);
        d->in[0] = dy;
        d->in[1] = dy->range;
    }
    if (wants_grad(n->in[Q_PLUS]))
        plus_grad(g, n, dy);
    if (wants_grad(n->in[Q_X]))
        input_grad(g, n, dy);
}
