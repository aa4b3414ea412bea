name "Sig_2"
weights "weights.safetensors"
local v1 = input { h = 9, w = 1, c = 5, place = "scratch" }
local v2 = dwconv { "blk/1", from = v1, k = { 6, 1 }, s = { 4, 2 }, pad = "tf_same", dilation = 3 }
local v3 = dense { "blk/2", from = v2, out = 6 }
local v4 = sigmoid { "blk/3", from = v3 }
local v5 = mbconv { "blk/4", from = v4, out = 4, k = 1, s = 2, hidden = 6, act = "relu6" }
local v6 = sigmoid { "blk/5", from = v5 }
local v7 = conv { "blk/6", from = v6, out = 1, k = 1, s = { 4, 4 }, pad = 1 }
precision { forward = "int8", gradient = "int16", trained = "bfloat16" }
