-- SPDX-License-Identifier: MIT
-- Three dense layers in a row, for nonfinite.c.
name "net"
input { c = 3 }
local width = option("width", 4)
dense { "a", out = width, act = "relu" }
dense { "b", out = width }
dense { "c", out = 3 }
train { update = "*", optimizer = sgd { rate = 0.1, momentum = option("momentum", 0) } }
