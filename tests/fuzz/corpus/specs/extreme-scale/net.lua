name "net"
weights "weights.safetensors"
local x0 = input { h = 13, w = 1, c = 2, type = "uint8", scale = 0.00392156862745098, zero_point = 128, place = "scratch" }
local v1 = conv { "l1", from = x0, out = 8, k = { 3, 2 }, s = 1, pad = 2, act = "relu6" }
local v2 = dwconv { "l2", from = v1, k = { 4, 3 }, s = 1, act = "relu" }
local v3 = upsample { "L.3", from = v2, h = 24, w = 7 }
local v4 = dense { "4", from = v3, out = 9, act = "relu6" }
local v5 = mbconv { "int5", from = v4, out = 9, k = 5, s = 2, hidden = 21, lite = { k = 1, groups = 1 } }
local v6 = sigmoid { "L.6", from = v5 }
dense { "cls", out = 4, init = "random", order = "hwc", bias = false }
precision { forward = "int8", gradient = "float32", trained = "bfloat16", rounding = "tflite" }
