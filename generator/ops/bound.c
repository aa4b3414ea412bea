/* SPDX-License-Identifier: MIT */
/* bound: a number no smaller than any element of a weight gradient, before it is made.
 *
 *     bound[0] = (sum of |dy|) * (sum of |x| under its windows)        accumulates over rows of dy
 *
 * A large gradient is applied part by part as it is made, but a tensor whose gradient is not finite must
 * keep all its values.  If the bound is finite, every part is; it may overflow where the gradient would
 * not, at sizes (1e38) that no training comes back from. */
#include "ops/convolution.h"

static void bound_bind(const struct node *n, struct bindings *b)
{
    bind_shape(b, n->in[DW_X], n->in[DW_DY]);
    bind_window(b, &n->win);
    b->label = arena_format(b->mem, "%dx%dx%d_%dx%dx%d", n->in[DW_X]->h, n->in[DW_X]->w, n->in[DW_X]->c,
                            n->in[DW_DY]->h, n->in[DW_DY]->w, n->in[DW_DY]->c);
}

const struct op op_bound = {
    .name = "bound",
    .in = CONVOLUTION_DW_ARGS,
    .out = {{"bound"}},
    .stepping = STEP_ACCUMULATE,
    .rows = convolution_dw_rows,
    .bind = bound_bind,
};
