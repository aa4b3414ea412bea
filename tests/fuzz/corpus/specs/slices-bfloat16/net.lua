name "net"
input { h = 9, w = 10, c = 5, type = "float32" }
conv { "a", out = 21, k = 3, s = 2, act = "relu6", init = "random" }
conv { "b", out = 18, k = 1, act = "relu", init = "random" }
conv { "c", out = 20, k = 3, act = "relu6", init = "random" }
conv { "d", out = 9, k = 2, init = "random" }
dense { "e", out = 3, init = "random" }
train {
    update = { { "a.weight", outputs = 1 / 2 }, { "b.weight", inputs = 7 / 8 }, { "c.weight", outputs = 7 / 8 }, { "d.weight", inputs = 1 / 2 }, "a.bias" },
    batch = 2,
}
precision { trained = "bfloat16" }
