-- Slices of inputs and of outputs; a batch, so that gradients live in the net.
name "slices"
input { h = 4, w = 4, c = 4 }
conv { "a", out = 8, k = 1, act = "relu" }
conv { "b", out = 8, k = 3, act = "relu" }
global_pool {}
dense { "fc", out = 3 }
train {
    update = { { "a.weight", outputs = 1/4 }, { "b.weight", inputs = 1/2 }, "*.bias" },
    batch = 4,
    optimizer = adam { rate = 0.002 },
}
