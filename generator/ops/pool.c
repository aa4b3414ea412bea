/* SPDX-License-Identifier: MIT */
/* What avg_pool.c and max_pool.c share. */
#include "ops/pool.h"

void pool_rows(const struct node *n, int i, int y, int *lo, int *hi)
{
    if (i == 0)
        window_rows(&n->win, n->in[0]->h, y, lo, hi);
    else
        *lo = *hi = y;
}

void pool_dx_rows(const struct node *n, int i, int y, int *lo, int *hi)
{
    if (n->op->plus != 1 + i)
        window_rows_transposed(&n->win, n->in[0]->h, y, lo, hi);
    else
        *lo = *hi = y;
}

void pool_label(struct bindings *b, const struct node *n, const struct val *in)
{
    b->label = arena_format(b->mem, "k%dx%d_%dx%dx%d", n->win.kh, n->win.kw, in->h, in->w, in->c);
}

void pool_shape(struct diag *d, struct layer *l)
{
    struct window w = window_of(l, &l->in[0], &l->out);
    l->out.c = l->in[0].c;
    if (w.top >= w.kh || w.left >= w.kw)
        diag_error(d, l->loc, "pad", NULL, "%s '%s': the padding is as large as the window", l->make->name, l->name);
    else
        window_refuse_blind(d, l);
}

void pool_setup(struct graph *g, struct node *n, const struct layer *l)
{
    struct shape out;
    (void)g;
    n->win = window_of(l, &l->in[0], &out);
}

/* What sees nothing but padding has a mean of 0, if that counts, but no largest element. */
static bool sees_padding_alone(const struct layer *l)
{
    struct shape out;
    struct window w = window_of(l, &l->in[0], &out);
    return w.top < w.kh && w.left < w.kw &&
           ((out.h - 1) * w.sh - w.top >= l->in[0].h || (out.w - 1) * w.sw - w.left >= l->in[0].w);
}

void refuse_padding_alone(struct diag *d, const struct layer *l)
{
    if (sees_padding_alone(l))
        diag_error(d, l->loc, "pad", NULL, "%s '%s': its last window would see nothing but padding", l->make->name,
                   l->name);
}
