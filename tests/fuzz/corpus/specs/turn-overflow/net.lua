name "nnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnn"
weights "weights.safetensors"
local x0 = input { h = 4, w = 1, c = 2, type = "uint8", scale = 0.00392156862745098, zero_point = 0, place = "scratch" }
local v1 = dwconv { "L.1", from = x0, k = { 7, 7 }, s = { 4, 4 }, pad = "tf_same", act = "hswish" }
local v2 = dwconv { "blk/2", from = v1, k = { 1, 1 }, s = 3 }
local v3 = relu6 { "3", from = v2 }
local v4 = mbconv { "l4", from = v3, out = 2, k = 1, s = 1, hidden = 16, lite = { k = 5, groups = 1 } }
global_pool {}
dense { "cls", out = 4, order = "hwc" }
train { update = { "cls.*", "*.bias" }, optimizer = sgd { rate = 0.02, weight_decay = 0.1 }, batch = 2, clip = 0.5 }
precision { forward = "int8", gradient = "int8", trained = "float32" }
