name "net"
input { h = 9, w = 8, c = 70, type = "float32" }
conv { "first", out = 70, k = 1, act = "relu6", init = "random" }
conv { "a", out = 100, k = 1, act = "relu6", init = "random" }
conv { "b", out = 96, k = 3, s = 2, act = "relu", init = "random" }
conv { "c", out = 90, k = 1, act = "relu", init = "random" }
global_pool {}
dense { "e", out = 3, init = "random" }
train {
    update = { "first.bias", { "a.weight", inputs = 7 / 8 }, { "b.weight", outputs = 7 / 8 }, { "c.weight", inputs = 7 / 8 } },
    optimizer = sgd { rate = 0.001 },
}
