-- SPDX-License-Identifier: MIT
-- The network of the programs in this folder: every kind of operator, small, with options for the rest.
name(option("name", "net"))
input { h = 9, w = 8, c = 3, type = "uint8", scale = 2 / 255, zero_point = 128, place = option("place", "caller") }
conv { "first", out = 6, k = 3, act = "relu6" }
mbconv { "b0", out = 6, k = 3, expand = 2, lite = { k = 3, groups = 2, norm = "group" } }
max_pool { "pool", k = 3, s = 2 }
mbconv { "b1", out = 8, k = 5, s = 2, expand = 2, act = "hswish", lite = { k = 5, groups = 2 } }
local x = conv { "gate", out = 8, k = 1, act = "sigmoid" }
add { "sum", from = { x, conv { "side", from = x, out = 8, k = 3, groups = 4 } }, act = "relu" }
global_pool { "gap" }
dense { "classifier", out = option("classes", 3) }
local kind = option("optimizer", "sgd")
train {
    update = option("update", "some") == "all" and { "*" } or {
        "classifier.*", "*.bias", "b0.lite.*", "b1.lite.*", "side.*",
        { "b0.pointwise1.weight", inputs = 1 / 2 }, { "gate.weight", outputs = 1 / 4 },
    },
    loss = option("loss", "softmax_cross_entropy"),
    optimizer = kind == "adam" and adam { rate = option("rate", 0.01) } or
        sgd { rate = option("rate", 0.05), momentum = kind == "momentum" and 0.9 or 0, weight_decay = 1e-4 },
    batch = option("batch", 1),
    clip = option("clip", 5),
}
