name "net"
input { h = 4, w = 4, c = 3, scale = 0, zero_point = 300 }
dense { "fc", out = 2 }
train {
    update = "fc.*",
    loss = { "softmax_cross_entropy", label_smoothing = 1.5 },
    optimizer = sgd { rate = -0.1, momentum = 1, nesterov = true },
    batch = 0,
    clip = -1,
}
