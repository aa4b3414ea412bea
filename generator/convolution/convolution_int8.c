/* SPDX-License-Identifier: MIT */
/* Convolutions of int8 by int8 with int32 sums.
 *
 *     conv_int8    q = requantise(sum of w * x + offset [+ b and plus, in units of the sum])
 *     dwconv_int8  the same with one filter a channel
 *
 * offset[o] holds the frozen bias and what the input's zero point adds; padding has the value of the zero
 * point, so that offset is right at the borders too.  A bias that learns is a float: 1 / (scale of x * scale of w[o]),
 * which follows from M, turns it into units of the sum.  A slice that learns needs that for every pixel: unit[o]; if it is of
 * outputs, plus has its channels alone and `to` names them. */
#include "convolution/convolution_int8.h"
#include "ops/take.h"

#include <assert.h>
#include <float.h>
#include <math.h>
#include <string.h>

/* ---- the operators ---- */

#define CONVOLUTION_INT8_ARGS                                                                                          \
    {                                                                                                                  \
        {"x", .rows = true}, {"w"}, {"offset"}, {"multiplier"}, {"shift", .optional = true}, {"b", .optional = true},  \
            {"unit", .optional = true}, {"plus", .rows = true, .optional = true},                                      \
        {                                                                                                              \
            "to", .optional = true                                                                                     \
        }                                                                                                              \
    }

static int dwconv_int8_stack(const struct node *n)
{
    return plane_stack(n, n->win.sw, n->win.sh, n->out[0]->h, 8);
}

static int window_depth(const struct param *w)
{
    return (w->shape[1] * w->shape[2] * w->shape[3] + 3) / 4 * 4;
}

/* Inputs that a column has at a time, in fours. */
static int conv_int8_part(const struct node *n)
{
    enum { MOST = 192 };
    int depth = window_depth(n->in[Q_W]->param), parts = (depth + MOST - 1) / MOST;
    return (depth / 4 + parts - 1) / parts * 4;
}

/* Outputs whose weights, as int16, cores with the DSP extension keep in memory while pixels go by (panels.c.tpl): fours, in
 * no more memory than depthwise kernels take. 0: fewer than 8, which would not be worth their while. */
enum { WINDOWS = 12 }; /* that are gathered at a time */

static int conv_int8_room(const struct node *n, int *words)
{
    enum { WORDS = 384, FEWEST = 8 };
    const struct param *w = n->in[Q_W]->param;
    bool windows = n->win.kh * n->win.kw > 1, sums = n->in[Q_PLUS] || n->in[Q_SHIFT] || n->whole[WHOLE_SHIFT] ||
                                                     n->whole[WHOLE_LO] > -128 || n->whole[WHOLE_HI] < 127;
    int depth = window_depth(w), outs = w->shape[0] / n->win.groups, each = depth / 2 + (sums ? 5 : 3);
    int most = (WORDS - depth - (windows ? WINDOWS * depth / 4 : 0)) / each / 4 * 4;
    if (n->in[Q_W]->content != CONTENT_PANELS || n->in[Q_TO] || outs < FEWEST || most < FEWEST ||
        (!windows && depth != w->shape[1]))
        return *words = 0;
    int parts = (outs + most - 1) / most, part = (outs + parts - 1) / parts, room = (part + 3) / 4 * 4;
    room = room > outs ? outs / 4 * 4 : room;
    *words = room * each;
    return room;
}

/* Outputs whose biases, where they learn, are there as units of the sum at a time: of a 1x1 convolution some, whole rooms and
 * whole panels. */
static int conv_int8_block(const struct node *n)
{
    enum { MOST = 96, PANELS = 12 };
    int words, room = conv_int8_room(n, &words), unit = room % PANELS ? 3 * room : room ? room : PANELS;
    int outs = n->in[Q_W]->param->shape[0] / n->win.groups, blocks = (outs + MOST - 1) / MOST;
    int block = ((outs + blocks - 1) / blocks + unit - 1) / unit * unit;
    return n->in[Q_B] && !n->in[Q_TO] && block < outs && convolution_is_pointwise(n, n->in[Q_X], n->out[0]) ? block
                                                                                                            : outs;
}

static void convolution_int8_bind(const struct node *n, struct bindings *b)
{
    int words;
    convolution_bind_shape(n, b, n->in[Q_X], n->out[0]);
    bind_int(b, "x_zero",
             n->win.kh * n->win.kw > 1 ? channels_padding(n->in[Q_X]) : 0); /* where there may be padding */
    bind_flag(b, "pads_channels", n->in[Q_X]->channels != NULL);
    bind_quant(b, "y", n->out[0]);
    bind_int(b, "offset_unit", n->in[Q_OFFSET]->type == I16 ? -n->in[Q_X]->zero : 1);
    bind_int(b, "lo", n->whole[WHOLE_LO]);
    bind_int(b, "hi", n->whole[WHOLE_HI]);
    bind_int(b, "shift_left", n->whole[WHOLE_SHIFT]);
    bind_int(b, "room", conv_int8_room(n, &words));
    bind_int(b, "part", conv_int8_part(n));
    bind_int(b, "block", conv_int8_block(n));
    bind_flag(b, "has_units", n->in[Q_UNIT] && n->in[Q_UNIT]->c > 2);
    bind_flag(b, "tflite", n->in[Q_SHIFT] != NULL);
    bind_flag(b, "has_b", n->in[Q_B] != NULL);
    bind_text(b, "btype", n->in[Q_B] ? type_name(n->in[Q_B]->type) : "");
    bind_flag(b, "has_plus", n->in[Q_PLUS] != NULL);
    bind_flag(b, "has_to", n->in[Q_TO] != NULL);
    bind_int(b, "plus_c", n->in[Q_PLUS] ? n->in[Q_PLUS]->c : 0);
    bind_flag(b, "has_mask", n->out[1] != NULL);
    if (n->in[Q_B])
        b->label = arena_format(b->mem, "%s_b", b->label);
    if (n->in[Q_PLUS])
        b->label = arena_format(b->mem, n->in[Q_TO] ? "%s_plus%d" : "%s_plus", b->label, n->in[Q_PLUS]->c);
    if (n->out[1])
        b->label = arena_format(b->mem, "%s_mask", b->label);
}

/* Sums, columns of pixels, the windows under them, learnt biases: see templates/conv_int8.c.tpl. */
static int conv_int8_stack(const struct node *n)
{
    int words, room = conv_int8_room(n, &words);
    int windows = n->win.kh * n->win.kw > 1 ? (room ? WINDOWS : 2) * window_depth(n->in[Q_W]->param) : 0;
    int sums = conv_int8_block(n) > 48 ? 192 : 96;
    int bases = n->in[Q_B] ? 4 * (conv_int8_block(n) + 5) : 0;
    return 4 * (conv_int8_part(n) + (words > sums ? words : sums)) + windows + bases;
}

static const struct op op_conv_int8 = {
    .name = "conv_int8",
    .bfloat16 = 1 + Q_B,
    .grid = GRID_WEIGHTS,
    .in = CONVOLUTION_INT8_ARGS,
    .out = {{"y", .rows = true}, {"mask", .rows = true, .optional = true, .null = true}},
    .rows = convolution_rows,
    .grad = convolution_int8_grad,
    .macs = convolution_macs,
    .bind = convolution_int8_bind,
    .stack = conv_int8_stack,
};

static const struct op op_dwconv_int8 = {
    .name = "dwconv_int8",
    .bfloat16 = 1 + Q_B,
    .grid = GRID_WEIGHTS,
    .stack = dwconv_int8_stack,
    .in = CONVOLUTION_INT8_ARGS,
    .out = {{"y", .rows = true}, {"mask", .rows = true, .optional = true, .null = true}},
    .rows = convolution_rows,
    .grad = convolution_int8_grad,
    .macs = convolution_macs,
    .bind = convolution_int8_bind,
};

/* ---- what a channel's sum can be ---- */

struct span {
    int64_t lo, hi;
};

static struct span weights_span(const struct param *w, int o, int64_t *sum)
{
    int64_t each = w->count / w->shape[0];
    const int8_t *q = w->quantised + o * each;
    struct span s = {0, 0};
    *sum = 0;
    for (int64_t i = 0; i < each; i++) {
        s.lo += q[i] > 0 ? -128 * q[i] : 127 * q[i];
        s.hi += q[i] > 0 ? 127 * q[i] : -128 * q[i];
        *sum += q[i];
    }
    return s;
}

struct quantised {
    struct graph *g;
    struct node *n;
    bool tflite;
    int32_t *offset, *multiplier;
    int8_t *shift;
    float *unit;
    int folded;
};

static int64_t clamp(int64_t v, int64_t lo, int64_t hi)
{
    return v < lo ? lo : v > hi ? hi : v;
}

static int64_t frozen_bias(const struct quantised *q, const struct val *b, int o, double unit)
{
    struct graph *g = q->g;
    if (!b || b->role == ROLE_TRAINED)
        return 0;
    const struct tensor *counted = layer_tensor(g, q->n->name, "input_scale"); /* what the counts are units of */
    if (b->param->counts && counted && tensor_at(counted, 0) == q->n->in[Q_X]->scale)
        return b->param->counts[o];
    double count = nearbyint((double)b->param->value[o] / unit);
    return (int64_t)fmax(-4e18, fmin(4e18, count));
}

/* What a sum should become, and what it does. */
static double wanted(const struct quantised *q, int o, int64_t sum)
{
    const int *whole = q->n->whole;
    return requantise_exactly((double)sum, q->multiplier[o], q->tflite ? q->shift[o] : whole[WHOLE_SHIFT], q->tflite,
                              q->n->out[0]->zero, whole[WHOLE_LO], whole[WHOLE_HI]);
}

static int made(const struct quantised *q, int o, int64_t sum)
{
    const int *whole = q->n->whole;
    return requantise((int32_t)clamp(sum, -INT32_MAX, INT32_MAX), q->multiplier[o],
                      q->tflite ? q->shift[o] : whole[WHOLE_SHIFT], q->tflite, q->n->out[0]->zero, whole[WHOLE_LO],
                      whole[WHOLE_HI]);
}

/* A channel whose sum could leave int32.  Where its result does not depend on the sum, which is always so for
 * channels that a quantiser left without a range, its weights are dropped; else its bias stops at what fits in `top`. */
static int64_t fold(struct quantised *q, int o, int64_t offset, struct span s, int64_t top)
{
    struct param *w = q->n->in[Q_W]->param;
    q->folded++;
    if (wanted(q, o, offset + s.lo) == wanted(q, o, offset + s.hi) && !q->n->in[Q_B] && !q->n->in[Q_PLUS]) {
        int64_t each = w->count / w->shape[0];
        for (int64_t i = 0; i < each; i++)
            w->quantised[o * each + i] = 0;
        return clamp(offset, -top, top);
    }
    return clamp(offset, -top - s.lo, top - s.hi);
}

static bool is_dead(const struct param *w, int o)
{
    int64_t each = w->count / w->shape[0];
    for (int64_t i = 0; i < each; i++)
        if (w->quantised[o * each + i])
            return false;
    return true;
}

/* What a channel's sum is multiplied by. One without weights has a sum of which any step may count as all. */
static double factor_to_result(const struct quantised *q, int o)
{
    const struct node *n = q->n;
    const struct val *x = n->in[Q_X], *y = n->out[0];
    const struct param *w = n->in[Q_W]->param;
    double unit = x->scale * (double)w->scale[o];
    if (q->tflite && w->one_scale) /* TFLite's dense layers round this product to a float */
        unit = (double)(float)unit;
    if (unit / y->scale >= 256 && is_dead(w, o))
        return 256;
    if (unit / y->scale < LARGEST_FACTOR && (unit == 0 || 1 / unit <= (double)FLT_MAX))
        return unit / y->scale;
    diag_error(q->g->diag, n->loc, NULL, NULL,
               "'%s': scales of its input (%g), weights (%g) and output (%g) do not belong together: channel %d",
               n->name, x->scale, (double)w->scale[o], y->scale, o);
    return 0;
}

/* Multipliers of all channels; without TFLite's shifts, a common shift to the left where one needs it. */
static void set_multipliers(struct quantised *q)
{
    struct node *n = q->n;
    int count = n->in[Q_W]->param->shape[0];
    double *real = NEW_ARRAY(q->g->mem, double, count), largest = 0;
    for (int o = 0; o < count; o++) {
        real[o] = factor_to_result(q, o);
        largest = fmax(largest, real[o]);
    }
    while (!q->tflite && ldexp(largest, 32 - n->whole[WHOLE_SHIFT]) >= 2147483647.0)
        n->whole[WHOLE_SHIFT]++;
    for (int o = 0; o < count; o++) {
        struct factor f = tflite_factor(real[o]);
        q->multiplier[o] = q->tflite ? f.multiplier : (int32_t)nearbyint(ldexp(real[o], 32 - n->whole[WHOLE_SHIFT]));
        q->shift[o] = (int8_t)f.shift;
    }
}

/* The ends of a channel's sums, as they should be (`offset`) and as they are, become the same: then all between do. */
static void check_ends(const struct quantised *q, int o, int64_t offset, const struct span *s)
{
    if (q->n->in[Q_PLUS]) /* what learns is added to it; a note tells of the fold */
        return;
    for (int k = 0; k < 2; k++) {
        int64_t sum = offset + (k ? s->hi : s->lo), is = q->offset[o] + (k ? s->hi : s->lo);
        if (is_dead(q->n->in[Q_W]->param, o))
            is = q->offset[o];
        if (is <= INT32_MAX && is >= -INT32_MAX && fabs(made(q, o, is) - wanted(q, o, sum)) <= 1)
            continue;
        diag_error(q->g->diag, q->n->loc, NULL, NULL,
                   "'%s': the sum of channel %d may be %g steps of its weights' scale %g, more than int32 can hold",
                   q->n->name, o, (double)sum, (double)q->n->in[Q_W]->param->scale[o]);
        return;
    }
}

static void set_offsets(struct quantised *q, const struct val *frozen)
{
    struct node *n = q->n;
    struct param *w = n->in[Q_W]->param;
    const struct val *x = n->in[Q_X];
    int64_t top = INT32_MAX, widest = 0;
    int64_t frozen_top = n->in[Q_B] || n->in[Q_PLUS] ? top / 2 : top; /* or nothing could be added to what was folded */
    for (int o = 0; o < w->shape[0]; o++) {
        int64_t sum;
        double unit = x->scale * (double)w->scale[o];
        struct span s = weights_span(w, o, &sum);
        int64_t bias = frozen_bias(q, frozen, o, unit), offset = bias - channels_zero(w, o, x, sum);
        q->unit[o] = q->multiplier[o] ? (float)(1 / unit) : 0; /* where the sum does not count, nothing is added */
        q->offset[o] = (int32_t)clamp(offset, -top, top);
        if (offset + s.hi > frozen_top || offset + s.lo < -frozen_top)
            q->offset[o] = (int32_t)fold(q, o, offset, s, frozen_top);
        check_ends(q, o, offset, &s);
        offset = q->offset[o];
        widest = offset + s.hi > widest ? offset + s.hi : widest;
        widest = -(offset + s.lo) > widest ? -(offset + s.lo) : widest;
    }
    /* What a learning bias, and a slice, may add: rounded down to what float32 counts exactly. */
    int64_t room = top - widest;
    n->whole[WHOLE_LIMIT] = room > 0 ? (int)(room / 2 & ~(int64_t)0x7f) : 0; /* half each: a bias, and a slice */
}

/* Kernels take six channels at a time: offsets are there for all of the last six. */
enum { SIX = 6 };

static struct val *constant(struct quantised *q, const char *what, enum type type, const void *data, int count,
                            const char *comment)
{
    struct arena *m = q->g->mem;
    return val_constant(q->g, arena_format(m, "%s.%s", q->n->name, what), type, data, count,
                        arena_format(m, "%s: %s", q->n->name, comment));
}

/* Where no frozen bias is in them, offsets are sums of weights times -zero of the input: int16, in half the flash. */
static struct val *offsets(struct quantised *q, int count)
{
    const struct node *n = q->n;
    int unit = -n->in[Q_X]->zero;
    int16_t *sum = NEW_ARRAY(q->g->mem, int16_t, count);
    bool fits = n->in[Q_B] && unit != 0 && !n->in[Q_X]->channels;
    for (int o = 0; fits && o < count; o++) {
        int32_t v = q->offset[o] / unit;
        sum[o] = (int16_t)v;
        fits = v * unit == q->offset[o] && v == sum[o];
    }
    if (fits)
        return constant(q, "offset", I16, sum, count, "sums of weights; each counts by minus the input's zero point");
    return constant(q, "offset", I32, q->offset, count, "bias and the input's zero point, in units of the sum");
}

/* What turns learnt values into units of the sum: a factor for each channel, or where only biases learn, one that the
 * channel's multiplier divides; and behind it the most that they may add. */
static void set_units(struct quantised *q, int count)
{
    struct node *n = q->n;
    bool each = n->in[Q_PLUS] || q->tflite;
    float *unit = each ? q->unit : NEW_ARRAY(q->g->mem, float, 2);
    if (!each) {
        unit[0] = (float)ldexp(1 / n->out[0]->scale, 32 - n->whole[WHOLE_SHIFT]);
        count = 1;
    }
    unit[count] = (float)n->whole[WHOLE_LIMIT];
    n->in[Q_UNIT] =
        constant(q, "unit", F32, unit, count + 1,
                 each ? "1 / unit of the sum; most that is added" : "multiplier / unit of the sum; most that is added");
}

/* What is added to the sums; of a slice of outputs the learning channels, without the map of zeros that they were put into. */
static void set_plus(struct graph *g, struct node *n, struct val *plus)
{
    struct node *put = plus->scale == 0 ? plus->def : NULL;
    n->in[Q_PLUS] = as_real(g, plus);
    if (!put || put->op->channels != CHANNELS_PUT || put->in[TAKE_PLUS])
        return;
    n->in[Q_PLUS] = put->in[TAKE_X];
    n->in[Q_TO] = put->in[TAKE_INDEX];
    node_remove(g, put);
}

static void convolution_quantise(struct graph *g, struct node *n)
{
    struct val *w = n->in[W], *b = n->in[B], *plus = n->in[PLUS];
    struct param *p = w->param;
    int count = p->shape[0];
    bool mixes = w->content == CONTENT_CONV;
    struct quantised q = {.g = g, .n = n, .tflite = g->spec->precision.tflite_rounding};
    node_become(n, mixes ? &op_conv_int8 : &op_dwconv_int8);
    w->type = I8;
    w->content = mixes ? CONTENT_PANELS : CONTENT_TAPS;
    w->c = (int)param_elements(w);
    n->in[Q_W] = w;
    n->in[Q_B] = b && b->role == ROLE_TRAINED ? b : NULL;
    n->in[Q_PLUS] = NULL;
    if (plus)
        set_plus(g, n, plus);
    q.offset = NEW_ARRAY(g->mem, int32_t, count + SIX);
    q.multiplier = NEW_ARRAY(g->mem, int32_t, count);
    q.shift = NEW_ARRAY(g->mem, int8_t, count);
    q.unit = NEW_ARRAY(g->mem, float, count + 1);
    channels_weigh(p, n->in[Q_X]);
    set_multipliers(&q);
    set_offsets(&q, b);
    if (q.folded) {
        GROW(g->mem, g->note, g->nnote, g->note_capacity);
        g->note[g->nnote++] =
            arena_format(g->mem, "%s: %d of %d channels have sums that could leave int32; their bias was folded",
                         n->name, q.folded, count);
    }
    int padded = mixes ? count + (SIX - count / n->win.groups % SIX) % SIX : count;
    n->in[Q_OFFSET] = offsets(&q, padded);
    n->in[Q_MULTIPLIER] = constant(&q, "multiplier", I32, q.multiplier, count, "sum -> result");
    n->in[Q_SHIFT] = q.tflite ? constant(&q, "shift", I8, q.shift, count, "of the multipliers") : NULL;
    if (n->in[Q_PLUS] || n->in[Q_B])
        set_units(&q, count);
}

bool convolution_fits_int8(const struct node *n)
{
    const struct val *x = n->in[X];
    bool takes = !x->channels || (n->in[W]->content == CONTENT_CONV && n->win.groups == 1 && x->c <= CHANNELS_PADDED);
    return takes && !strcmp(n->in[W]->param->origin, "file");
}

bool convolution_integer(struct quantiser *q, struct node *n)
{
    struct val x = {0}; /* its scale and zero point */
    if (n->in[W]->role != ROLE_FROZEN || !n->in[W]->param->quantised || !file_grid(q, n, n->name, "input", &x) ||
        !file_grid(q, n, layer_in_file(q->g, n->name), "output", n->out[0]))
        return false;
    n->in[X] = as_int8(q, n->in[X], x.scale, x.zero, n);
    result_int8(q, n);
    if (channel_sum_integer(q, n))
        return true;
    convolution_quantise(q->g, n);
    quantiser_push(q, n);
    return true;
}
