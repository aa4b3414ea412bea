/* SPDX-License-Identifier: MIT */
/* bias_grad: db[c] = sum of dy over all pixels.  Accumulates over rows of dy. */
#include "ops/ops.h"

static void bias_grad_bind(const struct node *n, struct bindings *b)
{
    bind_elements(b, n->in[0]);
    bind_text(b, "gtype", type_name(n->in[0]->type));
    bind_flag(b, "keep", n->out[0]->role == ROLE_STATE);
}

const struct op op_bias_grad = {
    .name = "bias_grad",
    .in = {{"dy", .rows = true}, {"range", .optional = true}},
    .out = {{"db"}},
    .stepping = STEP_ACCUMULATE,
    .bind = bias_grad_bind,
};
