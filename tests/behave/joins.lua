-- SPDX-License-Identifier: MIT
-- Maps that come together, as integers and (-D forward=float32) as floats; joins_weights.lua writes weights for both.
name "joins"
weights(option("weights", "joins.safetensors"))
input { h = 9, w = 8, c = 3, type = "uint8", scale = 2 / 255 }
local a = conv { "a", out = 8, k = 3, act = "relu6" }
conv { "b", from = a, out = 8, k = 3 }
local b = prelu { "bent" }
local s = sub { "s", from = { a, b } }
local m = mul { "m", from = { s, a } }
local c = concat { "c", from = { m, a, b } }
global_pool { "p", from = m }
local f = conv { "f", out = 8, k = 1, act = "sigmoid" }
local e = mul { "e", from = { f, m } }
local g = conv { "g", from = a, out = 8, k = 1, act = "sigmoid" }
local d = div { "d", from = { e, g } }
concat { "all", from = { c, d } }
avg_pool { k = 3, s = 2, pad = 1, count_pad = false }
conv { "h", out = 10, k = 3, dilation = 2 }
global_pool {}
dense { "classifier", out = 5, init = "random" }
train { update = { "classifier.*", "*.bias" }, optimizer = sgd { rate = 0.02 } }
precision { forward = option("forward", "int8"), gradient = option("gradient", "int16") }
