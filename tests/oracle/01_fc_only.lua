-- classifier only
name    "net01"
input   { h = 1, w = 1, c = 10 }
weights { "01_fc_only.safetensors", prefix = "param." }

dense { "fc", out = 3 }

train {
    update = {
        "fc.weight",
        "fc.bias",
    },
    optimizer = sgd { rate = 0.05 },
}
