-- 3x3 convolution, relu, bias training, global pool, classifier
name    "net02"
input   { h = 6, w = 6, c = 3 }
weights { "02_conv_relu.safetensors", prefix = "param." }

conv { "conv", out = 4, k = 3 }
relu { "relu" }
global_pool { "gap" }
dense { "fc", out = 4 }

train {
    update = {
        "conv.bias",
        "fc.weight",
        "fc.bias",
    },
    optimizer = sgd { rate = 0.05 },
}
