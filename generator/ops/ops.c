/* SPDX-License-Identifier: MIT */
/* The list of operators that a spec can name. */
#include "ops/ops.h"

const struct op *const all_ops[] = {&op_conv,     &op_dwconv,     &op_dense,      &op_add,          &op_relu,
                                    &op_relu6,    &op_leaky_relu, &op_prelu,      &op_elu,          &op_hswish,
                                    &op_silu,     &op_gelu,       &op_sigmoid,    &op_hard_sigmoid, &op_tanh,
                                    &op_softplus, &op_abs,        &op_avg_pool,   &op_max_pool,     &op_global_pool,
                                    &op_upsample, &op_group_norm, &op_batch_norm, &op_concat,       &op_sub,
                                    &op_mul,      &op_div,        &op_channels,   &op_l2_norm,      NULL};

const struct constructor *const *ops_constructors(struct arena *mem)
{
    const struct constructor **list = NEW_ARRAY(mem, const struct constructor *, sizeof all_ops / sizeof *all_ops);
    for (int i = 0; all_ops[i]; i++)
        list[i] = all_ops[i]->make;
    return list;
}
