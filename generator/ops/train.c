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

/* Updates read a gradient and change a TRAINED val and its STATE. */
const struct op op_sgd = {
    .name = "sgd", .in = {{"g"}, {"p"}}, .stepping = STEP_ONCE};

const struct op op_sgd_momentum = {
    .name = "sgd_momentum", .in = {{"g"}, {"p"}, {"m"}}, .stepping = STEP_ONCE};

const struct op op_adam = {
    .name = "adam", .in = {{"g"}, {"p"}, {"m"}, {"v"}}, .stepping = STEP_ONCE};

const struct op op_record = {
    .name = "record", .in = {{"g"}, {"p"}, {"m"}}, .stepping = STEP_ONCE};
