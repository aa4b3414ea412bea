-- SPDX-License-Identifier: MIT
-- A network of integers that takes a moment to build: every integer kernel once, on small maps.  Its weights
-- come from weights.lua, which lists the same layers.
name(option("name", "small"))
weights(option("weights", "small.safetensors"))
input { h = 18, w = 20, c = 3, type = "uint8", scale = 2 / 255, zero_point = 128, place = option("place", "caller") }
local lite = { k = 3, groups = 2, expand = option("expand", 1) }
conv { "first", out = 8, k = 3, s = 2, act = "relu6" }
mbconv { "b0", out = 8, k = 3, hidden = 8 }
mbconv { "b1", out = 12, k = 7, s = 2, hidden = 20, lite = lite }
mbconv { "b2", out = 12, k = 5, hidden = 27 } -- a residual sum; channels that fill no vector
prelu { "bent" }
conv { "grouped", out = 12, k = 3, groups = 3, act = "relu6" }
max_pool { "pool", k = 2, s = 1 }
mbconv { "b3", out = 16, k = 3, hidden = 24, lite = lite }
global_pool {}
dense { "classifier", out = 5, init = "random" }
train {
    update = { "classifier.*", "b?.*.bias", "grouped.bias", "b?.lite.conv?.weight", { "b2.pointwise1.weight", outputs = 1 / 3 },
               { "b3.pointwise1.weight", inputs = 1 / 2 } },
    optimizer = sgd { rate = 0.02 },
}
precision { forward = "int8", gradient = option("gradient", "int16"), trained = option("trained", "float32") }
