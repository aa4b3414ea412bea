-- Bounds are at least 1; multiply-adds are whole.
name "net"
input { h = 8, w = 8, c = 3, type = "uint8", scale = 1/255 }
conv { "a", out = 4, k = 3 }
global_pool {}
dense { "cls", out = 4 }
train { update = { "cls.*" }, optimizer = sgd { rate = 0.1 } }
budget { ram = 0, yield = 0 }
