-- grouped convolution and average pooling that drops the odd last row/column
name    "net06"
input   { h = 7, w = 7, c = 4 }
weights { "06_groupconv_avgpool.safetensors", prefix = "param." }

conv { "gconv", out = 8, k = 5, groups = 2 }
relu { "r" }
avg_pool { "pool", k = 2 }
conv { "pw", out = 5, k = 1 }
relu { "r2" }
dense { "fc", out = 3 }

train {
    update = {
        "gconv.bias",
        "pw.bias",
        "fc.weight",
        "fc.bias",
    },
    optimizer = sgd { rate = 0.05 },
}
