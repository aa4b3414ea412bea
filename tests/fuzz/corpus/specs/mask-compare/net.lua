name "Sig_2"
weights "weights.safetensors"
local x0 = input { h = 1, w = 1, c = 3, type = "uint8", scale = 0.0078125, zero_point = 127, place = "scratch" }
local v1 = conv { "blk/1", from = x0, out = 5, k = { 3, 4 }, s = { 1, 1 }, pad = { 3, 2, 0, 3 }, act = "relu6", bias = false }
local v2 = mbconv { "blk/2", from = v1, out = 5, k = 1, s = 2, hidden = 16 }
local v3 = dwconv { "blk/3", from = v2, k = { 4, 2 }, s = { 4, 4 }, pad = { 1, 3, 2, 1 }, act = "relu6" }
dense { "cls", out = 8 }
train { update = { "cls.*", "*.bias" }, optimizer = adam { rate = 0.01, weight_decay = 0.01, beta1 = 0 } }
precision { forward = "int8", gradient = "int16", trained = "bfloat16" }
