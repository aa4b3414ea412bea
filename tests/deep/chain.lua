-- SPDX-License-Identifier: MIT
-- As many inverted bottlenecks as one likes, at three quarters of them with half the rows: -D blocks=N.
local blocks = option("blocks", 10)
name "chain"
input { h = 96, w = 96, c = 3, type = "uint8", scale = 2/255, zero_point = 128 }
conv { "first", out = 32, k = 3, s = 2, act = "relu6" }
for i = 0, blocks - 1 do
    local halves = i == blocks // 4 or i == blocks // 2 or i == 3 * blocks // 4
    mbconv { "b" .. i, out = 32, k = 3, s = halves and 2 or 1, expand = 4, lite = { k = 3 } }
end
global_pool {}
dense { "classifier", out = 10 }
train { update = { "classifier.*", "*.bias", "*.lite.*" }, optimizer = sgd { rate = 0.01 } }
