-- SPDX-License-Identifier: MIT
-- Weights whose gradients are worth a sweep of their own, with all that the backward pass of others reads while they change:
-- weights, slopes, a norm's factors, a slice, a low-rank branch.
name "net"
input { h = 9, w = 8, c = 3, type = "uint8", scale = 2 / 255, zero_point = 128 }
conv { "first", out = 16, k = 3, s = 2, act = "relu6" }
conv { "a", out = 16, k = 3, act = "relu" }
prelu { "bent" }
conv { "b", out = 16, k = 3, act = "hswish", lora = 2 }
group_norm { "norm", groups = 4 }
conv { "c", out = 16, k = 3, act = "relu6" }
conv { "d", out = 16, k = 3, act = "relu" }
global_pool { "gap" }
dense { "classifier", out = 3 }
train {
    update = { "classifier.*", "*.bias", "a.weight", "bent.*", "b.*", "norm.*", { "c.weight", inputs = 1 / 2 }, "d.weight" },
    optimizer = sgd { rate = 0.05, momentum = 0.9 },
}
