-- SPDX-License-Identifier: MIT
-- Windows that see nothing but padding: rows and whole maps that nobody asks for.
name "net"
input { h = option("h", 2), w = 3, c = 3 }
conv { "inner", out = 4, k = 3 }
dwconv { "unread", k = 1, s = { 4, 1 }, pad = { 4, 1, 1, 1 }, act = "relu" } -- its rows are -4 and 0: the first sees only padding
conv { "edges", out = 5, k = { 2, 1 }, pad = { 3, 2, 0, 0 }, act = "hswish" } -- its first two see only padding
conv { "holes", out = 4, k = 1, s = 2, pad = 1 }
global_pool {}
dense { "classifier", out = 3 }
train { update = { "inner.weight", "edges.*", "holes.*", "classifier.*" }, optimizer = sgd { rate = 0.02 } }
