-- group norm (trainable weight and bias) on the main path
name    "net08"
input   { h = 6, w = 6, c = 3 }
weights { "08_groupnorm.safetensors", prefix = "param." }

conv { "c0", out = 8, k = 3 }
group_norm { "gn", groups = 2 }
relu { "r" }
conv { "pw", out = 4, k = 1 }
group_norm { "gn2", groups = 1 }
relu { "r2" }
global_pool { "gap" }
dense { "fc", out = 3 }

train {
    update = {
        "c0.bias",
        "gn.weight",
        "gn.bias",
        "pw.bias",
        "gn2.weight",
        "gn2.bias",
        "fc.weight",
        "fc.bias",
    },
    optimizer = sgd { rate = 0.05 },
}
