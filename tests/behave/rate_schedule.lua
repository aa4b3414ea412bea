-- SPDX-License-Identifier: MIT
-- A small network whose rate goes with the steps, on the device: see rate_schedule.c.
name "net"
input { h = 4, w = 4, c = 2 }
conv { "a", out = 3, k = 3, act = "relu" }
dense { "b", out = 4 }
local kinds = {
    none = nil,
    cosine = cosine { steps = 40, least = 0.1 },
    both = cosine { steps = 30, warmup = 10 },
    stairs = steps { every = 7, factor = 0.5 },
    warmup = warmup { steps = 12 },
}
local weight_decay = option("weight_decay", 0.1)
train { update = "*", schedule = kinds[option("schedule", "none")], decay = option("decay", "all"),
    optimizer = option("adam", false) and adam { rate = 0.01, weight_decay = weight_decay } or sgd { rate = 0.05, momentum = 0.9, weight_decay = weight_decay } }
