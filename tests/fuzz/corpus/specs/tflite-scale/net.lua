name "Sig_2"
weights "weights.safetensors"
local x0 = input { h = 1, w = 17, c = 1, type = "uint8", scale = 0.00392156862745098, zero_point = 127, place = "scratch" }
local v1 = dense { "l1", from = x0, out = 7 }
local v2 = conv { "l2", from = v1, out = 7, k = { 3, 3 }, s = 3, groups = 7, bias = false }
local v3 = add { "l3", from = { v2, v2 }, act = "relu" }
local v4 = mbconv { "int4", from = v3, out = 7, k = 1, s = 1, hidden = 14 }
dense { "cls", out = 12, order = "hwc" }
train { update = { "cls.*", "*.bias" }, optimizer = sgd { rate = 100 }, loss = { "softmax_cross_entropy", label_smoothing = 0.1 }, batch = 2, clip = 0.5 }
precision { forward = "int8", gradient = "int16", trained = "float32", rounding = "tflite" }
