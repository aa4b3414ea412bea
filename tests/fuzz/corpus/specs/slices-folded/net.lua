name "net"
input { h = 13, w = 11, c = 3, type = "float32" }
conv { "a", out = 21, k = 3, act = "relu6", init = "random" }
conv { "b", out = 18, k = 1, act = "relu", init = "random" }
conv { "c", out = 19, k = 3, s = 2, act = "relu6", init = "random" }
conv { "d", out = 35, k = 1, init = "random" }
conv { "e", out = 20, k = { 3, 2 }, dilation = { 1, 2 }, act = "hswish", init = "random" }
local f = conv { "f", out = 20, k = 1, s = 2, act = "relu", init = "random" }
add { "sum", from = { f, conv { "g", from = f, out = 20, k = 3, init = "random" } } }
dense { "h", out = 17, init = "random" }
dense { "i", out = 5, init = "random" }
train {
    update = {
        { "a.weight", outputs = 7 / 8 }, { "b.weight", inputs = 7 / 8 }, { "c.weight", inputs = 1 / 2 }, { "d.weight", outputs = 1 / 2 },
        { "e.weight", outputs = 7 / 8 }, { "f.weight", inputs = 1 / 8 }, { "g.weight", outputs = 1 / 8 }, { "h.weight", inputs = 7 / 8 },
        { "i.weight", outputs = 1 / 2 }, "b.bias",
    },
    clip = 5,
}
