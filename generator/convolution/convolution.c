/* SPDX-License-Identifier: MIT */
/* What conv.c and dwconv.c share. */
#include "convolution/convolution.h"

#include <string.h>

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
    struct val x = node_input(n, X), y = node_output(n, 0);
    return window_macs(n, &x, &y);
}

int64_t convolution_dx_macs(const struct node *n)
{
    struct val dx = node_output(n, 0), dy = node_input(n, DX_DY);
    return window_macs(n, &dx, &dy);
}

int64_t convolution_dw_macs(const struct node *n)
{
    struct val x = node_input(n, DW_X), dy = node_input(n, DW_DY);
    int64_t whole = window_macs(n, &x, &dy);
    return whole / n->out[0]->param->count * n->out[0]->c;
}

int channels_stack(const struct node *n, int rows, int from, int to)
{
    enum { BLOCK = 4 * 64, PRODUCT = 224 };
    return n->in[from] || n->in[to] ? rows + BLOCK + PRODUCT : rows;
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
    struct val x = node_input(n, X), y = node_output(n, 0);
    convolution_bind_shape(n, b, &x, &y);
    bind_text(b, "wtype", type_name(n->in[W]->type));
    bind_flag(b, "has_b", n->in[B] != NULL);
    bind_flag(b, "has_plus", n->in[PLUS] != NULL);
    if (n->in[PLUS])
        b->label = arena_format(b->mem, "%s_plus", b->label);
}

/* ---- building ---- */

/* One of the two convolutions of a low-rank branch, "layer.lora.a" or "layer.lora.b", which a file need not have. */
static struct val *low_rank_part(struct graph *g, const struct op *op, const struct layer *l, struct val *x,
                                 struct window w, const int *shape, const char *part, bool hwc)
{
    struct layer *own = NEW(g->mem, struct layer);
    *own = *l;
    own->name = arena_format(g->mem, "%s.lora.%s", l->name, part);
    own->missing = *part == 'a' ? "random" : "zero";
    own->init = strcmp(l->init, "file") ? own->missing : "file";
    own->branch = true;
    struct param *p = param_new(g, own, "weight", shape, 1);
    struct node *n =
        node_add(g, op, own->name, l->loc, val_new(g, own->name, (struct shape){l->out.h, l->out.w, shape[0]}, F32));
    p->hwc = hwc;
    n->win = w;
    n->in[X] = x;
    n->in[W] = p->val = param_val(g, p, CONTENT_CONV, F32);
    return n->out[0];
}

/* B A x beside W x (Hu et al., LoRA, 2021): A has the layer's window and `rank` outputs, B makes the layer's of them.
 * B is zero at first, so that the branch starts as if it were not there; it has no part in what a save belongs to. */
static struct val *low_rank(struct graph *g, const struct op *op, const struct layer *l, struct val *x, struct window w,
                            const int *weight_shape, bool hwc)
{
    static const struct window pointwise = {1, 1, 1, 1, 1, 1, 0, 0, 1};
    uint64_t values = g->values_read;
    int a[4] = {l->lora, weight_shape[1], weight_shape[2], weight_shape[3]}, b[4] = {weight_shape[0], l->lora, 1, 1};
    struct val *inner = low_rank_part(g, op, l, x, w, a, "a", hwc);
    struct val *y = low_rank_part(g, op, l, inner, pointwise, b, "b", false);
    g->values_read = values;
    return y;
}

struct val *convolution_node(struct graph *g, const struct op *op, const struct layer *l, struct val *x,
                             struct window w, const int *weight_shape, bool hwc)
{
    struct param *weight = param_new(g, l, "weight", weight_shape, w.groups);
    weight->hwc = hwc;
    param_grow(g, weight, l->out.c);
    struct val *w_val = standardise_weights(g, l, weight, op->weights);
    struct val *branch = l->lora ? low_rank(g, op, l, x, w, weight_shape, hwc) : NULL;
    struct node *n = node_add(g, op, l->name, l->loc, val_new(g, l->name, l->out, F32));
    n->win = w;
    n->in[X] = x;
    n->in[W] = w_val;
    n->in[PLUS] = branch;
    if (layer_int(l, "bias")) {
        struct param *bias = param_new(g, l, "bias", (int[]){weight_shape[0], 1, 1, 1}, 0);
        param_grow(g, bias, l->out.c);
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
