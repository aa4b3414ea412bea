-- inverted bottleneck without shortcut: pointwise, depthwise, pointwise (bias training)
name    "net04"
input   { h = 5, w = 5, c = 4 }
weights { "04_depthwise_separable.safetensors", prefix = "param." }

conv { "blk.pointwise1", out = 12, k = 1 }
relu6 { "blk.act1" }
dwconv { "blk.depthwise", k = 3 }
relu6 { "blk.act2" }
conv { "blk.pointwise2", out = 6, k = 1 }
global_pool { "gap" }
dense { "fc", out = 4 }

train {
    update = {
        "blk.pointwise1.bias",
        "blk.depthwise.bias",
        "blk.pointwise2.bias",
        "fc.weight",
        "fc.bias",
    },
    optimizer = sgd { rate = 0.05 },
}
