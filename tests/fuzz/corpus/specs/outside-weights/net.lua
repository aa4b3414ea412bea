name "_a"
local v1 = input { h = 5, w = 3, c = 3, type = "int8", scale = 0.0039215686274509803, zero_point = 127 }
local v2 = avg_pool { "blk/1", from = v1, k = { 3, 1 }, s = { 1, 1 }, pad = "same" }
local v3 = mbconv { "blk/2", from = v2, out = 3, k = 1, s = 1, hidden = 17 }
local v4 = conv { "blk/3", from = v3, out = 4, k = 5, s = 2, pad = 1, bias = false }
local v5 = conv { "blk/4", from = v4, out = 4, k = 1, s = 4, pad = 1 }
local v6 = dwconv { "blk/5", from = v5, k = 1, s = { 4, 4 }, act = "hswish" }
global_pool {}
dense { "cls", out = 9 }
train { update = { "cls.*", "blk/2.depthwise.*", "blk/5.bias", "cls.weight" }, optimizer = sgd { rate = 0.02, momentum = 0.9 } }
