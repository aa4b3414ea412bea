-- SPDX-License-Identifier: MIT
-- One base with other tensors that learn, other classes, another optimiser: see adopt.c.
name(option("name", "old"))
input { h = 4, w = 4, c = 2 }
conv { "a", out = 3, k = 3, act = "relu" }
conv { "b", out = 5, k = 3, act = "relu" }
local spare = option("spare", 0)
dense { "classifier", out = option("classes", 3), init = "random", spare = spare > 0 and spare or nil }
local momentum = option("momentum", 0.9)
train { update = option("update", "*") == "*" and "*" or { "classifier.*", "a.bias" }, batch = 2,
    optimizer = sgd { rate = 0.02, momentum = momentum }, adopt = true }
precision { trained = option("trained", "float32") }
store { slots = 3, slot = 16384, erase = 4096, write = 8 }
