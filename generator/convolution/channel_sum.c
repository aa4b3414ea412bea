/* SPDX-License-Identifier: MIT */
/* The sum of an int8 map and a constant for each channel, or what is left where one is taken from the other, with the bits of
 * TFLite's ADD and SUB.
 *
 *     y = scale(sign * scale((x - zx) << 20, A) + term[c], Y) + zy, clamped        A, Y: as of a sum of two maps, see ops/add.c
 *
 * In floats, and where its bias learns, it is a depthwise layer of size 1 with weights of 1, or of -1 where the map is taken from the
 * constant.  A file that has it from TFLite says so with "layer.term", the constant in whole steps of "layer.term_scale", which
 * is negative where the constant is taken from the map. */
#include "convolution/convolution_int8.h"
#include "ops/ops.h"

#include <math.h>
#include <stdint.h>

enum { SUM_X, SUM_TERM };
enum { SUM_SCALE, SUM_SIGN }; /* number: of the term; of the map */

static void channel_sum_bind(const struct node *n, struct bindings *b)
{
    struct val term = {.scale = n->number[SUM_SCALE]};
    bind_elements(b, n->out[0]);
    bind_quant(b, "a", n->in[SUM_X]);
    bind_quant(b, "y", n->out[0]);
    bind_tflite_sum(b, n->in[SUM_X], &term, n->out[0]);
    bind_int(b, "sign", (long)n->number[SUM_SIGN]);
    bind_int(b, "lo", n->whole[WHOLE_LO]);
    bind_int(b, "hi", n->whole[WHOLE_HI]);
    bind_flag(b, "has_mask", n->out[1] != NULL);
}

static void channel_sum_grad(struct graph *g, struct node *n)
{
    struct val *dy = n->out[0]->grad;
    if (n->whole[WHOLE_GATED])
        dy = gated(g, n, dy);
    if (!wants_grad(n->in[SUM_X]))
        return;
    if (n->number[SUM_SIGN] < 0)
        grad_negated(g, n->in[SUM_X], dy, n);
    else
        grad_same(g, n->in[SUM_X], dy, n);
}

static const struct op op_channel_sum = {
    .name = "channel_sum",
    .in = {{"a", .rows = true}, {"term"}},
    .out = {{"y", .rows = true}, {"mask", .rows = true, .optional = true, .null = true}},
    .inplace = 1,
    .grid = GRID_WEIGHTS,
    .grad = channel_sum_grad,
    .bind = channel_sum_bind,
};

bool channel_sum_integer(struct quantiser *q, struct node *n)
{
    struct graph *g = q->g;
    const struct tensor *term = layer_tensor(g, n->name, "term"), *scale = layer_tensor(g, n->name, "term_scale");
    const struct tensor *weight = layer_tensor(g, n->name, "weight");
    const struct val *b = n->in[B], *x = n->in[X];
    bool single = n->win.groups == x->c && n->win.kh * n->win.kw * n->win.sh * n->win.sw == 1;
    if (!g->spec->precision.tflite_rounding || !single || n->in[PLUS] || (b && b->role == ROLE_TRAINED) || !term ||
        !scale || term->count != x->c || !is_scale(fabs(tensor_at(scale, 0))))
        return false;
    n->number[SUM_SCALE] = fabs(tensor_at(scale, 0));
    n->number[SUM_SIGN] = weight && tensor_at(weight, 0) < 0 ? -1 : 1;
    struct factor f = tflite_factor(n->number[SUM_SCALE] / (2 * fmax(x->scale, n->number[SUM_SCALE])));
    int32_t *list = NEW_ARRAY(g->mem, int32_t, x->c);
    for (int c = 0; c < x->c; c++) {
        int steps = (int)fmax(-255, fmin(255, tensor_at(term, c)));
        list[c] = requantise(steps * (1 << 20), f.multiplier, f.shift, true, 0, INT32_MIN, INT32_MAX);
        if (tensor_at(scale, 0) < 0)
            list[c] = -list[c];
    }
    node_become(n, &op_channel_sum);
    for (int i = SUM_TERM; i < NODE_IN; i++)
        n->in[i] = NULL;
    n->in[SUM_TERM] = val_constant(g, arena_format(g->mem, "%s.term", n->name), I32, list, x->c,
                                   arena_format(g->mem, "%s: what is added to each channel", n->name));
    quantiser_push(q, n);
    return true;
}
