-- SPDX-License-Identifier: MIT
-- A one-dimensional network: what does the wearer of three accelerometer axes do?  A signal is a map of
-- width 1: time runs down.
local scheme = option("scheme", "full") -- last | bias | full

name  "motion"
input { h = option("samples", 128), w = 1, c = 3, type = "int8", scale = 1 / 32 }
if option("weights", "") ~= "" then weights(option("weights", "")) end

conv { "first_conv", out = 16, k = { 7, 1 }, s = { 2, 1 }, act = "relu" }
for i, b in ipairs { { out = 24, s = 2 }, { out = 32, s = 2 }, { out = 32, s = 1 }, { out = 48, s = 2 } } do
    local block, x = "blocks." .. i - 1, last_layer()
    dwconv { block .. ".depthwise", k = { 5, 1 }, s = { b.s, 1 }, act = "relu" }
    local y = conv { block .. ".pointwise", out = b.out, k = 1, act = "relu" }
    if same_shape(x, y) then add { block .. ".add", from = { x, y } } end
end
max_pool { "pool", k = { 2, 1 } }
global_pool {}
dense { "classifier", out = option("classes", 6), init = "random" }

train {
    update    = ({ last = { "classifier.*" }, bias = { "classifier.*", "*.bias" }, full = "*" })[scheme],
    optimizer = sgd { rate = option("rate", 0.01) },
    batch     = option("batch", 1),
}
