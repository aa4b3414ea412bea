-- SPDX-License-Identifier: MIT
-- A small network for what searches: three blocks, cheap to plan and to train.
name "small"
input { h = 8, w = 8, c = 1 }
conv { "first", out = 4, k = 3, act = "relu" }
for i = 0, 2 do
    mbconv { "blocks." .. i, out = i < 2 and 4 or choice("width", { 6, 8 }), k = 3, s = i == 1 and 2 or 1, hidden = 8 }
end
global_pool {}
dense { "classifier", out = 3 }
train { update = { "classifier.*", "*.bias" }, optimizer = sgd { rate = 0.05 } }
