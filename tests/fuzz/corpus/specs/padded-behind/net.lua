name "net"
weights "weights.safetensors"
input { h = 6, w = 5, c = 3, type = "uint8", scale = 2/255 }
conv { "first", out = 8, k = 3, act = "relu6" }
conv { "padded", out = 6, k = 1, pad = { 0, 1, 0, 1 }, act = "relu6" }
global_pool {}
dense { "cls", out = 4, init = "random" }
train { update = { "cls.*", "*.bias", { "padded.weight", inputs = 1/2 } }, optimizer = sgd { rate = 0.01 } }
precision { forward = "int8", gradient = "int16" }
