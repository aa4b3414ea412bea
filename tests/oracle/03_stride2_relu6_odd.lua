-- stride-2 convolution on a non-square map, relu6, classifier directly on the flattened map
name    "net03"
input   { h = 7, w = 9, c = 3 }
weights { "03_stride2_relu6_odd.safetensors", prefix = "param." }

conv { "conv", out = 6, k = 3, s = 2 }
relu6 { "act" }
dense { "fc", out = 3 }

train {
    update = {
        "conv.bias",
        "fc.weight",
        "fc.bias",
    },
    optimizer = sgd { rate = 0.05 },
}
