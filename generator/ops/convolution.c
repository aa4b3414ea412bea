/* SPDX-License-Identifier: MIT */
/* What conv.c and dwconv.c share. */
#include "ops/convolution.h"

/* ---- which rows a row needs ---- */

void convolution_rows(const struct node *n, int i, int y, int *lo, int *hi)
{
    if (i == X)
        window_rows(&n->win, n->in[X]->h, y, lo, hi);
    else
        *lo = *hi = y;
}

/* ---- costs ---- */

int64_t window_macs(const struct node *n, const struct val *in, const struct val *out)
{
    return (int64_t)out->h * out->w * out->c * (in->c / n->win.groups) * n->win.kh * n->win.kw;
}

int64_t convolution_macs(const struct node *n)
{
    return window_macs(n, n->in[X], n->out[0]);
}

int plane_stack(const struct node *n, int step, int down, int most, int each)
{
    const struct window *w = &n->win;
    const struct val *y = n->out[0];
    int tile = y->w >= 4 ? 4 : 2;
    int pitch = (((y->w + tile - 1) / tile * tile - 1) * step + w->kw + 1) / 2 * 2;
    int rows = 800 / pitch > w->kh ? (800 / pitch - w->kh) / down + 1 : 1;
    rows = rows < most ? rows : most;
    int plane = 2 * ((rows - 1) * down + w->kh) * pitch + 4 * w->kh * (w->kw - 1);
    int channels = each * (y->c < 32 ? y->c : 32);
    return plane > channels ? plane : channels;
}

/* ---- templates ---- */

static const char *pair(struct bindings *b, const char *letter, int v, int h)
{
    return v == h ? arena_format(b->mem, "%s%d", letter, v) : arena_format(b->mem, "%s%dx%d", letter, v, h);
}

void convolution_bind_shape(const struct node *n, struct bindings *b, const struct val *in, const struct val *out)
{
    const struct window *w = &n->win;
    const char *kernel = pair(b, "k", w->kh, w->kw), *stride = pair(b, "s", w->sh, w->sw);
    if (w->dh * w->dw > 1)
        stride = arena_format(b->mem, "%s%s", stride, pair(b, "d", w->dh, w->dw));
    bind_shape(b, in, out);
    bind_window(b, w);
    if (w->groups == in->c && w->groups == out->c)
        b->label = arena_format(b->mem, "%s%s_%dx%dx%d", kernel, stride, in->h, in->w, in->c);
    else
        b->label =
            arena_format(b->mem, "%s%s%s_%dx%dx%d_%d", kernel, stride,
                         w->groups == 1 ? "" : arena_format(b->mem, "g%d", w->groups), in->h, in->w, in->c, out->c);
}

void convolution_bind(const struct node *n, struct bindings *b)
{
    convolution_bind_shape(n, b, n->in[X], n->out[0]);
    bind_text(b, "wtype", type_name(n->in[W]->type));
    bind_flag(b, "has_b", n->in[B] != NULL);
    bind_flag(b, "has_plus", n->in[PLUS] != NULL);
    if (n->in[PLUS])
        b->label = arena_format(b->mem, "%s_plus", b->label);
}

/* ---- building ---- */

struct val *convolution_node(struct graph *g, const struct op *op, const struct layer *l, struct val *x,
                             struct window w, const int *weight_shape, bool hwc)
{
    struct param *weight = param_new(g, l, "weight", weight_shape, w.groups);
    weight->hwc = hwc;
    struct val *w_val = standardise_weights(g, l, weight, op->weights);
    struct node *n = node_add(g, op, l->name, l->loc, val_new(g, l->name, l->out, F32));
    n->win = w;
    n->in[X] = x;
    n->in[W] = w_val;
    if (layer_int(l, "bias")) {
        struct param *bias = param_new(g, l, "bias", (int[]){weight_shape[0], 1, 1, 1}, 0);
        n->in[B] = bias->val = param_val(g, bias, CONTENT_VECTOR, F32);
        if (weight->standardised)
            bias->counts = NULL; /* no longer in units of its weights' scale */
    }
    return activation_add(g, l, n->out[0]);
}

/* int8 weights stay int8 where they do not learn: their scale becomes an input of its own. */
void conv_set_weights(struct graph *g, struct node *n)
{
    struct val *w = n->in[W];
    if (w->role == ROLE_TRAINED || !w->param->quantised)
        return;
    w->type = I8;
    w->c = (int)param_elements(w);
    n->in[SCALE] = param_val(g, w->param, CONTENT_SCALE, F32);
}
