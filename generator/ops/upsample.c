/* upsample: bilinear, half-pixel centres, edges clamped (PyTorch's align_corners = False). */
#include "ops/ops.h"

/* Output row y of a map that grows from h to oh rows lies between source rows lo and hi.  In whole
 * numbers: its centre is at ((2 y + 1) h - oh) / (2 oh). */
static void taps(int h, int oh, int y, int *lo, int *hi)
{
    int64_t num = (int64_t)(2 * y + 1) * h - oh, den = 2 * (int64_t)oh;
    int64_t floor = num >= 0 ? num / den : -((-num + den - 1) / den);
    bool between = floor * den != num;
    *lo = floor < 0 ? 0 : floor > h - 1 ? h - 1 : (int)floor;
    *hi = !between ? *lo : floor + 1 > h - 1 ? h - 1 : (int)floor + 1;
}

static void rows(const struct node *n, int i, int y, int *lo, int *hi)
{
    if (i == 0)
        taps(n->in[0]->h, n->out[0]->h, y, lo, hi);
    else
        *lo = *hi = y;
}

/* The rows of dy that touched source row y.  They may be none, where a map shrinks. */
static void dx_rows(const struct node *n, int i, int y, int *lo, int *hi)
{
    if (i != 0) {
        *lo = *hi = y;
        return;
    }
    int h = n->out[0]->h, oh = n->in[0]->h, a, b, first = 0;
    while (first < oh && (taps(h, oh, first, &a, &b), b < y))
        first++;
    int last = first;
    while (last < oh && (taps(h, oh, last, &a, &b), a <= y))
        last++;
    *lo = first;
    *hi = last - 1;
}

static void bind(const struct node *n, struct bindings *b)
{
    bind_shape(b, n->in[0], n->out[0]);
    bind_flag(b, "has_plus", n->in[1] != NULL);
    b->label =
        arena_format(b->mem, "%dx%dx%d_%dx%d", n->in[0]->h, n->in[0]->w, n->in[0]->c, n->out[0]->h, n->out[0]->w);
}

static void dx_bind(const struct node *n, struct bindings *b)
{
    bind_shape(b, n->out[0], n->in[0]);
    bind_flag(b, "has_plus", n->in[1] != NULL);
    b->label =
        arena_format(b->mem, "%dx%dx%d_%dx%d", n->out[0]->h, n->out[0]->w, n->out[0]->c, n->in[0]->h, n->in[0]->w);
}

static const struct op op_upsample_dx = {
    .name = "upsample_dx",
    .in = {{"dy", .rows = true}, {"plus", .rows = true, .optional = true}},
    .out = {{"dx", .rows = true}},
    .inplace = 2,
    .plus = 2,
    .rows = dx_rows,
    .bind = dx_bind,
};

static void grad(struct graph *g, struct node *n)
{
    if (wants_grad(n->in[1]))
        grad_same(g, n->in[1], n->out[0]->grad, n);
    if (wants_grad(n->in[0]))
        grad_add(g, n->in[0], &op_upsample_dx, n)->in[0] = n->out[0]->grad;
}

static void shape(struct diag *d, struct layer *l)
{
    const struct setting *h = layer_setting(l, "h"), *w = layer_setting(l, "w");
    l->out = l->in[0];
    if (layer_setting(l, "like")->given && !h->given && !w->given)
        l->out = (struct shape){(int)layer_setting(l, "like")->number[0], (int)layer_setting(l, "like")->number[1],
                                l->in[0].c};
    else if (h->given && w->given)
        l->out = (struct shape){(int)h->number[0], (int)w->number[0], l->in[0].c};
    else
        diag_error(d, l->loc, "upsample", NULL, "upsample '%s' needs either 'like' or 'h' and 'w'", l->name);
}

static const struct constructor make = {
    .name = "upsample",
    .inputs = 1,
    .attribute = {{"like", ATTRIBUTE_LAYER}, {"h", ATTRIBUTE_INT}, {"w", ATTRIBUTE_INT}},
    .shape = shape,
};

const struct op op_upsample = {
    .name = "upsample",
    .in = {{"x", .rows = true}, {"plus", .rows = true, .optional = true}},
    .out = {{"y", .rows = true}},
    .inplace = 2,
    .plus = 2,
    .rows = rows,
    .grad = grad,
    .bind = bind,
    .make = &make,
};
