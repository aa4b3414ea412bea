name "net"
weights "weights.safetensors"
local x0 = input { h = 12, w = 8, c = 4, type = "float32", scale = 0.00784313725490196, zero_point = 0 }
local v1 = dwconv { "1", from = x0, k = { 2, 2 }, s = { 2, 2 }, act = "relu6" }
global_pool {}
dense { "cls", out = 3, init = "random", bias = false }
train { update = { "cls.*" }, optimizer = sgd { rate = 0.02, momentum = 0.9, weight_decay = 0.01 }, loss = { "softmax_cross_entropy", label_smoothing = 0.1 } }
precision { forward = "int8", gradient = "int16", trained = "bfloat16", rounding = "tflite" }
