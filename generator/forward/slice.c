/* SPDX-License-Identifier: MIT */
/* Slices: a part of a convolution's channels learns, the one with the largest weights. */
#include "forward/forward.h"
#include "convolution/convolution.h"
#include "ops/take.h"

#include <math.h>

/* Puts a node that was appended last in the place behind `before`. */
static void move_behind(struct graph *g, const struct node *before)
{
    struct node *n = g->node[--g->nnode];
    int at = g->nnode;
    while (at > 0 && g->node[at - 1] != before) {
        g->node[at] = g->node[at - 1];
        at--;
    }
    g->node[at] = n;
    g->nnode++;
}

static struct node *node_behind(struct graph *g, const struct op *op, const struct node *before, struct val *out)
{
    struct node *n = node_add(g, op, before->name, before->loc, out);
    move_behind(g, before);
    return n;
}

static struct node *take_before(struct graph *g, const struct node *n, struct val *index, const char *name, int count)
{
    struct val *x = n->in[X];
    struct node *take =
        node_add(g, &op_take, n->name, n->loc,
                 val_new(g, arena_format(g->mem, "%s.%s", n->name, name), (struct shape){x->h, x->w, count}, F32));
    take->in[TAKE_X] = x;
    take->in[TAKE_INDEX] = index;
    return take;
}

/* In an int8 network the learning part comes first, as floats that the frozen part adds to its sums:
 *     inputs:   y = conv(take(x, rest), frozen) + [conv(take(x), slice)]
 *     outputs:  y = conv(x, frozen) + [put(conv(x, slice))]                                       */
static void slice_before(struct graph *g, struct node *n, struct param *p, struct val *index, bool inputs)
{
    struct val *x = n->in[X], *y = n->out[0], *w = n->in[W];
    int at = node_position(g, n), count = g->nnode;
    p->val = param_val(g, p, CONTENT_CONV, F32);
    p->trained = true;
    if (inputs)
        x = take_before(g, n, index, "taken", p->nchannel)->out[0];
    struct node *conv =
        node_add(g, &op_conv, n->name, n->loc,
                 val_new(g, arena_format(g->mem, "%s.slice", n->name), (struct shape){y->h, y->w, p->shape[0]}, F32));
    conv->in[X] = x;
    conv->in[W] = p->val;
    conv->win = n->win;
    struct node *last = conv;
    if (inputs) {
        conv->in[PLUS] = n->in[PLUS]; /* a low-rank branch */
    } else {
        last = node_add(g, &op_put, n->name, n->loc, val_like(g, arena_format(g->mem, "%s.put", n->name), y));
        last->in[TAKE_X] = conv->out[0];
        last->in[TAKE_INDEX] = index;
        last->in[TAKE_PLUS] = n->in[PLUS];
    }
    n->in[PLUS] = last->out[0];
    if (inputs) {
        w->param = param_rest(g, w->param, p);
        w->c = (int)param_elements(w);
        struct val *rest = param_val(g, w->param, CONTENT_INDEX, U16);
        rest->name = arena_format(g->mem, "%s.rest", w->name);
        n->in[X] = take_before(g, n, rest, "rest", w->param->nchannel)->out[0];
    }
    for (int moved; count < g->nnode; count++, at++) { /* to the place in front of n */
        struct node *one = g->node[count];
        for (moved = count; moved > at; moved--)
            g->node[moved] = g->node[moved - 1];
        g->node[at] = one;
    }
}

/* A slice of a convolution learns:
 *     inputs:   y = conv(x, frozen) + conv(take(x), slice)
 *     outputs:  y = conv(x, frozen) + put(conv(x, slice))
 * The frozen part has zeros where the slice has weights.  What rounds up to all channels is no slice. */
static void split_node(struct graph *g, struct node *n, struct param *whole, const struct update *u)
{
    bool inputs = u->inputs < 1;
    int total = inputs ? whole->shape[1] : whole->shape[0];
    int count = (int)ceil((inputs ? u->inputs : u->outputs) * total - 1e-9);
    whole->trained = count >= total;
    if (whole->trained)
        return;
    struct param *p = param_slice(g, whole, inputs, count > 0 ? count : 1);
    struct val *x = n->in[X], *y = n->out[0];
    struct val *index = param_val(g, p, CONTENT_INDEX, U16);
    if (g->spec->precision.forward == FORWARD_INT8) {
        slice_before(g, n, p, index, inputs);
        return;
    }
    struct val *frozen = n->out[0] = val_like(g, arena_format(g->mem, "%s.frozen", n->name), y);
    frozen->def = n;
    p->val = param_val(g, p, CONTENT_CONV, F32);
    p->trained = true;
    struct node *last = n, *conv;
    if (inputs) {
        struct val *taken =
            val_new(g, arena_format(g->mem, "%s.taken", n->name), (struct shape){x->h, x->w, p->nchannel}, F32);
        last = node_behind(g, &op_take, last, taken);
        last->in[TAKE_X] = x;
        last->in[TAKE_INDEX] = index;
        conv = node_behind(g, &op_conv, last, y);
        conv->in[X] = taken;
        conv->in[PLUS] = frozen;
    } else {
        struct val *learnt =
            val_new(g, arena_format(g->mem, "%s.slice", n->name), (struct shape){y->h, y->w, p->nchannel}, F32);
        conv = last = node_behind(g, &op_conv, last, learnt);
        conv->in[X] = x;
        struct node *put = node_behind(g, &op_put, last, y);
        put->in[TAKE_X] = learnt;
        put->in[TAKE_INDEX] = index;
        put->in[TAKE_PLUS] = frozen;
    }
    conv->in[W] = p->val;
    conv->win = n->win;
}

void slice_train(struct graph *g, struct param *p, const struct update *u)
{
    for (int i = 0; i < g->nnode; i++) {
        struct node *n = g->node[i];
        if (n->in[W] != p->val || p->val->content != CONTENT_CONV)
            continue;
        if (n->win.groups != 1)
            break;
        split_node(g, n, p, u);
        return;
    }
    diag_error(g->diag, u->loc, u->glob, "name them one by one, or use a pattern such as \"*.pointwise1.weight\"",
               "update '%s' with a slice: '%s' is not the weight of a convolution without groups", u->glob, p->name);
}
