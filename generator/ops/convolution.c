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

void convolution_dx_rows(const struct node *n, int i, int y, int *lo, int *hi)
{
    if (i == DX_DY)
        window_rows_transposed(&n->win, n->in[DX_DY]->h, y, lo, hi);
    else
        *lo = *hi = y;
}

void convolution_dw_rows(const struct node *n, int i, int y, int *lo, int *hi)
{
    if (i == DW_X)
        window_rows(&n->win, n->in[DW_X]->h, y, lo, hi);
    else
        *lo = *hi = y;
}

/* ---- costs ---- */

static int64_t window_macs(const struct node *n, const struct val *in, const struct val *out)
{
    return (int64_t)out->h * out->w * out->c * (in->c / n->win.groups) * n->win.kh * n->win.kw;
}

int64_t convolution_macs(const struct node *n)
{
    return window_macs(n, n->in[X], n->out[0]);
}

int64_t convolution_dx_macs(const struct node *n)
{
    return window_macs(n, n->out[0], n->in[DX_DY]);
}

int64_t convolution_dw_macs(const struct node *n)
{
    int64_t whole = window_macs(n, n->in[DW_X], n->in[DW_DY]);
    return whole / n->out[0]->param->count * n->out[0]->c;
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

void convolution_dx_bind(const struct node *n, struct bindings *b)
{
    convolution_bind_shape(n, b, n->out[0], n->in[DX_DY]);
    bind_text(b, "wtype", type_name(n->in[DX_W]->type));
    bind_flag(b, "transposed", n->in[DX_W]->content == CONTENT_TRANSPOSED);
    bind_flag(b, "has_plus", n->in[DX_PLUS] != NULL);
    if (n->in[DX_PLUS])
        b->label = arena_format(b->mem, "%s_plus", b->label);
}

struct part part_of(const struct node *n)
{
    const struct param *p = n->out[0]->param;
    int taps = n->win.groups * p->shape[2] * p->shape[3], ins = p->shape[1];
    int each = p->shape[0] / n->win.groups, rows = n->out[0]->c / each, row0 = n->out[0]->first / each;
    if (taps == 1)
        return (struct part){0, 1, row0, row0 + rows};
    return (struct part){row0 / ins, (row0 + rows) / ins, 0, ins};
}

void convolution_dw_bind(const struct node *n, struct bindings *b)
{
    struct part part = part_of(n);
    convolution_bind_shape(n, b, n->in[DW_X], n->in[DW_DY]);
    bind_int(b, "tap0", part.tap0);
    bind_int(b, "tap1", part.tap1);
    bind_int(b, "in0", part.in0);
    bind_int(b, "in1", part.in1);
    if (n->out[0]->c != n->out[0]->param->count)
        b->label = arena_format(b->mem, "%s_part%d", b->label, n->out[0]->first);
    bind_flag(b, "keep", n->out[0]->role == ROLE_STATE);
}

/* ---- gradients ---- */

bool is_convolution(const struct node *n)
{
    return n->op->weights != CONTENT_NONE;
}

bool kept_for_weights(const struct graph *g, const struct val *v)
{
    for (int i = 0; i < g->nnode; i++) {
        const struct node *n = g->node[i];
        bool reads = n->in[X] == v || (v->real && n->in[X] == v->real);
        if (is_convolution(n) && reads && wants_grad(n->in[W]))
            return true;
    }
    return v->keep;
}

enum { PART_BYTES = 16 * 1024 };

/* In parts only where nothing needs the whole: not for a batch (its sum lives in the net), not to be clipped. */
static int gradient_parts(const struct graph *g, const struct node *n, const struct val *w)
{
    const struct train *t = &g->spec->train;
    int taps = n->win.groups * n->win.kh * n->win.kw;
    int units = taps == 1 ? w->param->shape[1] : taps; /* not to be divided further */
    int64_t parts = (4 * w->param->count + PART_BYTES - 1) / PART_BYTES;
    if (w->content != CONTENT_CONV || t->batch > 1 || t->clip > 0)
        return 1;
    return parts < units ? (int)parts : units;
}

/* What is made of integers is finite. */
static bool made_of_integers(const struct val *v)
{
    return v->def && v->def->in[0]->type != F32;
}

static void weight_grad(struct graph *g, struct node *n, struct val *w, const struct op *dw)
{
    struct val *x = n->in[X], *dy = n->out[0]->grad;
    int parts = gradient_parts(g, n, w);
    int units = n->win.groups * n->win.kh * n->win.kw == 1 ? w->param->shape[1] : n->win.groups * n->win.kh * n->win.kw;
    int64_t each = w->param->count / units;
    bool finite = g->spec->precision.gradient != GRADIENT_FLOAT32 && made_of_integers(x);
    if (parts > 1 && !finite) { /* tells before the first part is applied whether all will be finite */
        struct node *b =
            node_add(g, &op_bound, n->name, n->loc,
                     val_new(g, arena_format(g->mem, "%s.bound", w->param->name), (struct shape){1, 1, 2}, F32));
        b->win = n->win;
        b->in[DW_DY] = dy;
        b->in[DW_X] = x;
        w->bound = b->out[0];
    }
    for (int i = 0; i < parts; i++) {
        int from = (int)((int64_t)units * i / parts), to = (int)((int64_t)units * (i + 1) / parts);
        struct node *d = grad_param(g, w, dw, n);
        d->out[0]->first = (int)(from * each);
        d->out[0]->c = (int)((to - from) * each);
        if (parts > 1)
            d->out[0]->name = arena_format(g->mem, "%s.part%d", d->out[0]->name, i + 1);
        d->in[DW_DY] = dy;
        d->in[DW_X] = x;
    }
}

void convolution_grad(struct graph *g, struct node *n, const struct op *dx, const struct op *dw)
{
    struct val *x = n->in[X], *w = n->in[W], *dy = n->out[0]->grad;
    if (wants_grad(n->in[B])) {
        struct node *d = grad_param(g, n->in[B], &op_bias_grad, n);
        d->in[0] = dy;
    }
    if (wants_grad(w))
        weight_grad(g, n, w, dw);
    if (wants_grad(n->in[PLUS]))
        grad_same(g, n->in[PLUS], dy, n);
    if (wants_grad(x)) {
        struct node *d = grad_add(g, x, dx, n);
        bool copy = w->role == ROLE_FROZEN && w->content == CONTENT_CONV;
        d->in[DX_DY] = dy;
        d->in[DX_W] = copy ? param_val(g, w->param, CONTENT_TRANSPOSED, w->type) : w;
        d->in[DX_SCALE] = n->in[SCALE];
    }
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
