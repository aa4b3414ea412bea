-- SPDX-License-Identifier: MIT
-- Networks of the program replay, with -D at=none without it. kind = "int8" is one of integers, whose weights
-- max_pool_int8_weights.lua writes.
name(option("name", "net"))
local int8, at, file = option("kind", "float") == "int8", option("at", "blocks.0"), option("weights", "w.safetensors")
input {
    h = 19, w = 16, c = 3, type = int8 and "int8" or "uint8", scale = int8 and 1 / 255 or 2 / 255, zero_point = int8 and -128 or 128,
    place = option("place", "caller"),
}
if int8 then weights(file) end
local x = conv { "first_conv", out = 12, k = 3, s = 2, act = "relu6" }
local y = conv { "blocks.0.conv2", from = conv { "blocks.0.conv1", out = 16, k = 3, act = "relu6" }, out = 16, k = 3 }
add { "blocks.0.add", from = { y, conv { "blocks.0.shortcut", from = x, out = 16, k = 1 } } }
dwconv { "blocks.1.depthwise", k = 3, act = "relu6" }
x = conv { "blocks.1.pointwise", out = 24, k = 1 }
y = conv { "blocks.2.conv2", from = conv { "blocks.2.conv1", out = 24, k = 3, act = "relu6" }, out = 24, k = 3 }
add { "blocks.2.add", from = { y, x } }
dwconv { "blocks.3.depthwise", k = 3, act = "relu6" }
conv { "blocks.3.pointwise", out = 40, k = 1 }
global_pool {}
dense { "classifier", out = 5, init = "random" }
local kind = option("optimizer", "sgd")
train {
    update = { "classifier.*", "blocks.3.*.bias", option("more", "classifier.bias") },
    optimizer = kind == "adam" and adam { rate = 0.01 } or sgd { rate = 0.02, momentum = kind == "momentum" and 0.9 or 0 },
    batch = option("batch", 1),
    clip = option("clip", 1),
}
if at ~= "none" then replay { at = at, samples = option("samples", 20) } end
if int8 then
    precision { forward = "int8", gradient = option("gradient", "int16"), trained = option("trained", "float32") }
end
