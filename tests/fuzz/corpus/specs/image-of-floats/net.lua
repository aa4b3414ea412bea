name "net"
input { h = 6, w = 5, c = 2, place = "scratch" }
conv { "first", out = 4, k = 3, act = "relu" }
dense { "cls", out = 3, init = "random" }
train { update = { "cls.*", "*.bias" }, optimizer = sgd { rate = 0.1 } }
