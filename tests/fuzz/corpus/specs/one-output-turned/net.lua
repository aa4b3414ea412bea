name "net"
local v1 = input { h = 7, w = 1, c = 3, place = "scratch" }
local v2 = sigmoid { "blk/1", from = v1 }
local v3 = div { "blk/3s", from = { v1, v2 }, act = "relu6" }
local v4 = lite_residual { "blk/3", from = v3, out = 8, s = 2, k = 5, groups = 3, norm = "group" }
dense { "cls", out = 4, order = "hwc" }
train { update = { "cls.*", "blk/3.conv2.weight" }, optimizer = adam { rate = 1e+30 } }
