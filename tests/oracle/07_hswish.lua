-- hard swish after a convolution and after a strided depthwise convolution
name    "net07"
input   { h = 8, w = 8, c = 3 }
weights { "07_hswish.safetensors", prefix = "param." }

conv { "c0", out = 6, k = 3 }
hswish { "h0" }
dwconv { "dw", k = 5, s = 2 }
hswish { "h1" }
conv { "pw", out = 5, k = 1 }
global_pool { "gap" }
dense { "fc", out = 3 }

train {
    update = {
        "c0.bias",
        "dw.bias",
        "pw.bias",
        "fc.weight",
        "fc.bias",
    },
    optimizer = sgd { rate = 0.05 },
}
