name "h"
weights "weights.safetensors"
input { h = 4, w = 4, c = 1, type = "uint8", scale = 1/255, zero_point = 0 }
conv { "c", out = 2, k = 1 }
dense { "d", out = 2, init = "random" }
train { update = { "*" } }
precision { forward = "int8" }
