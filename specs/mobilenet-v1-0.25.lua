-- SPDX-License-Identifier: MIT
-- MobileNetV1 with a quarter of its channels (Howard et al., 2017; MLPerf Tiny, visual wake words: is there
-- a person?): 7.5 million multiply-accumulates at 96x96.  Strides are padded as TensorFlow does.
local scheme = option("scheme", "bias") -- last | bias | full

name  "mobilenet_v1"
input { h = 96, w = 96, c = 3, type = "uint8", scale = 2 / 255, zero_point = 128,
        place = option("place", "caller") }
if option("weights", "") ~= "" then weights(option("weights", "")) end

local blocks = { -- channels, stride
    { 16, 1 }, { 32, 2 }, { 32, 1 }, { 64, 2 }, { 64, 1 }, { 128, 2 }, { 128, 1 }, { 128, 1 }, { 128, 1 },
    { 128, 1 }, { 128, 1 }, { 256, 2 }, { 256, 1 },
}

conv { "first_conv", out = 8, k = 3, s = 2, pad = "tf_same", act = "relu6" }
for i, b in ipairs(blocks) do
    local block = "blocks." .. i - 1
    dwconv { block .. ".depthwise", k = 3, s = b[2], pad = "tf_same", act = "relu6" }
    conv { block .. ".pointwise", out = b[1], k = 1, act = "relu6" }
end
global_pool {}
dense { "classifier", out = option("classes", 2), init = "random" }

train {
    update    = ({ last = { "classifier.*" }, bias = { "classifier.*", "*.bias" }, full = "*" })[scheme],
    optimizer = sgd { rate = option("rate", 0.01) },
    batch     = option("batch", 1),
}
