-- SPDX-License-Identifier: MIT
-- A network of integers that begins with a max pool; max_pool_int8_weights.lua writes weights for it.
name "mine8"
weights(option("weights", "mine8.safetensors"))
input { h = 64, w = 64, c = 3, type = "uint8", scale = 1 / 255 }
conv { "first_conv", out = 12, k = 3, s = 2, act = "relu" }
max_pool { k = 2 }
local x = last_layer()
conv { "blocks.0.conv1", out = 16, k = 3, act = "relu" }
local y = conv { "blocks.0.conv2", out = 16, k = 3 }
x = conv { "blocks.0.shortcut", from = x, out = 16, k = 1 }
add { "blocks.0.add", from = { x, y }, act = "relu" }
dwconv { "blocks.1.depthwise", k = 3, s = 2, act = "relu6" }
x = conv { "blocks.1.pointwise", out = 24, k = 1, act = "hswish" }
conv { "blocks.2.conv1", out = 24, k = 3, act = "relu" }
y = conv { "blocks.2.conv2", out = 24, k = 3 }
add { "blocks.2.add", from = { x, y }, act = "relu" }
dwconv { "blocks.3.depthwise", k = 3, s = 2, act = "relu6" }
conv { "blocks.3.pointwise", out = 40, k = 1, act = "hswish" }
global_pool {}
dense { "classifier", out = 10, init = "random" }
train {
    update = { "classifier.*", "first_conv.bias", "blocks.*.bias" },
    optimizer = sgd { rate = 0.01 },
}
precision { forward = "int8", gradient = option("gradient", "int16") }
