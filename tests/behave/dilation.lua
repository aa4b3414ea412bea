-- SPDX-License-Identifier: MIT
-- Convolutions with a dilation, or (-D wide=true) with as large kernels as that, zeros between their taps;
-- dilation_weights.lua writes weights for both.
name "dilation"
weights(option("weights", "dilation.safetensors"))
local wide = option("wide", false)
local function window(k, d) return wide and (k - 1) * d + 1 or k, wide and 1 or d end

local function layer(make, name, k, d, more)
    more[1], more.k, more.dilation = name, window(k, d)
    return make(more)
end

input { h = 21, w = 18, c = 3, type = "uint8", scale = 2 / 255 }
conv { "first", out = 8, k = 3, act = "relu6" }
layer(conv, "a", 3, 2, { out = 8, act = "relu6" })
layer(dwconv, "b", 3, 3, { act = "relu6" })
layer(conv, "c", 2, 4, { out = 12, groups = 2, s = 2, pad = { 3, 1, 4, 2 }, act = "relu6" })
layer(dwconv, "d", 3, 2, { s = { 2, 3 }, pad = 3, act = "relu6" })
layer(conv, "e", 3, 3, { out = 10, s = 2, pad = "tf_same" })
global_pool {}
dense { "classifier", out = 5, init = "random" }
train { update = { "classifier.*", "*.bias" }, optimizer = sgd { rate = 0.05 } }
precision { forward = option("forward", "int8"), gradient = option("gradient", "int16") }
