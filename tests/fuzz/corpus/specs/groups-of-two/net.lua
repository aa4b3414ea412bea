name "_a"
weights "weights.safetensors"
local v1 = input { h = 4, w = 7, c = 3 }
local v2 = conv { "1", from = v1, out = 6, k = 1, s = 1, pad = 1, groups = 3, act = "relu6" }
dense { "cls", out = 6, init = "random" }
train { update = { "cls.*", "*.bias" }, optimizer = sgd { rate = 0.10000000000000001, weight_decay = 0.01 }, batch = 3 }
precision { forward = "int8", gradient = "int16", trained = "float32" }
