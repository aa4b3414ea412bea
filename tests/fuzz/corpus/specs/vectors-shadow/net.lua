name "Sig_2"
weights "weights.safetensors"
local v1 = input { h = 13, w = 11, c = 4, type = "uint8", mean = 99.837108898444384, scale = { 0.0078431372549019607, 0.0078125, 0.0078431372549019607, 0.0078125 } }
local v3 = concat { "int3s", from = { v1, v1 } }
local v4 = upsample { "int3", from = v3, h = 8, w = 13 }
local v5 = mbconv { "int4", from = v4, out = 1, k = 3, s = 1, hidden = 20, lite = { k = 3, groups = 2 } }
precision { forward = "int8", gradient = "int16", trained = "float32" }
