name "_a"
weights "weights.safetensors"
local v1 = input { h = 5, w = 4, c = 1, type = "uint8", mean = { 255 }, scale = 0.0035400589879737549 }
local v2 = concat { "2s", from = { v1, v1 } }
local v3 = conv { "2", from = v2, out = 9, k = { 5, 4 }, s = { 1, 1 }, pad = { 4, 1, 3, 0 } }
local v4 = max_pool { "3", from = v3, k = { 1, 1 }, s = 4, pad = "same" }
local v5 = dwconv { "4", from = v4, k = { 5, 1 }, s = 1, pad = 5, act = "relu6" }
global_pool {}
dense { "cls", out = 6, order = "hwc" }
train { update = { "cls.*", "*.bias" }, optimizer = sgd { rate = 1e+30, weight_decay = 0.01 }, loss = "mse", clip = 1e-6, schedule = cosine { steps = 3 }, decay = "weights" }
precision { forward = "int8", gradient = "int16", trained = "float32" }
