/* SPDX-License-Identifier: MIT */
/* Loss and updates: one step each, everything at once.  Their C is in runtime_min/. */
#include "ops/ops.h"

const struct op op_softmax_cross_entropy = {
    .name = "softmax_cross_entropy",
    .in = {{"scores"}},
    .out = {{"gradient"}},
    .stepping = STEP_ONCE,
    .inplace = 1,
};

const struct op op_mse = {
    .name = "mse",
    .in = {{"scores"}},
    .out = {{"gradient"}},
    .stepping = STEP_ONCE,
    .inplace = 1,
};

/* Updates read a gradient (or a part of one) and change a TRAINED val and its STATE.  With parts, `bound`
 * tells whether all of them are finite. */
#define UPDATE(title)                                                                                                  \
    {                                                                                                                  \
        .name = title, .stepping = STEP_ONCE, .in = {                                                                  \
            {"g"},                                                                                                     \
            {"p"},                                                                                                     \
            {"m", .optional = true},                                                                                   \
            {"v", .optional = true},                                                                                   \
            {"bound", .optional = true}                                                                                \
        }                                                                                                              \
    }

const struct op op_sgd = UPDATE("sgd");
const struct op op_sgd_momentum = UPDATE("sgd_momentum");
const struct op op_adam = UPDATE("adam");
const struct op op_record = UPDATE("record");
