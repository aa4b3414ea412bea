-- SPDX-License-Identifier: MIT
-- A network that compiles in no time, and the flash that it is kept in: see keep.sh.
name "net"
input { h = 1, w = 1, c = 4 }
dense { "a", out = option("width", 20), act = "relu" }
dense { "classifier", out = 3 }
train { update = "*", batch = 2, optimizer = sgd { momentum = 0.9 } }
store { slots = option("slots", 3), slot = option("slot", 4096), erase = option("erase", 4096), write = option("write", 8) }
