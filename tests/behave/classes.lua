-- SPDX-License-Identifier: MIT
-- Networks of the program classes: with room for classes to come, and, with -D spare=0, without it. kind = "int8" is one of
-- integers, whose weights max_pool_int8_weights.lua writes.
name(option("name", "net"))
local int8, spare, file = option("kind", "float") == "int8", option("spare", 6), option("weights", "w.safetensors")
input {
    h = 9, w = 8, c = 3, type = int8 and "int8" or "uint8", scale = int8 and 1 / 255 or 2 / 255, zero_point = int8 and -128 or 128,
    place = option("place", "caller"),
}
if int8 then weights(file) end
conv { "first_conv", out = 12, k = 3, act = "relu6" }
conv { "blocks.0.conv1", out = 16, k = 3, act = "relu6" }
if option("pool", true) then global_pool { "gap" } end
dense { "classifier", out = 3, init = "random", spare = spare > 0 and spare or nil }
local kind = option("optimizer", "sgd")
train {
    update = { "classifier.*", "*.bias" },
    loss = { "softmax_cross_entropy", label_smoothing = option("smoothing", 0) },
    optimizer = kind == "adam" and adam { rate = 0.01, weight_decay = 1e-3 } or
        sgd { rate = 0.05, momentum = kind == "momentum" and 0.9 or 0, weight_decay = 1e-3 },
    batch = option("batch", 1),
    clip = option("clip", 1),
}
if int8 then
    precision { forward = "int8", gradient = option("gradient", "int16"), trained = option("trained", "float32") }
end
