name "net"
input { h = 9, w = 7, c = 1, type = "uint8", scale = 1/127, zero_point = 128 }
local both = conv { "first", out = 3, k = 3, init = "random" }
local gated = prelu { "gated", from = both }
concat { "joined", from = { gated, both } }
dense { "cls", out = 4, init = "random" }
train { update = { "cls.*", "*.bias" }, optimizer = sgd { rate = 0.01, momentum = 0.9 }, batch = 3 }
