-- two inverted bottlenecks with shortcut, frozen int8 weights with per-channel scales (bias training)
name    "net05"
local x = input{ h = 6, w = 6, c = 4 }
weights { "05_mbconv_residual.safetensors", prefix = "param." }

conv { "b0.pointwise1", out = 8, k = 1 }
relu6 { "b0.act1" }
dwconv { "b0.depthwise", k = 3 }
relu6 { "b0.act2" }
local b0_pw2 = conv { "b0.pointwise2", out = 4, k = 1 }
local b0_add = add { "b0.add", from = { b0_pw2, x } }
conv { "b1.pointwise1", out = 8, k = 1 }
relu6 { "b1.act1" }
dwconv { "b1.depthwise", k = 5 }
relu6 { "b1.act2" }
local b1_pw2 = conv { "b1.pointwise2", out = 4, k = 1 }
add { "b1.add", from = { b1_pw2, b0_add } }
global_pool { "gap" }
dense { "fc", out = 3 }

train {
    update = {
        "b0.pointwise1.bias",
        "b0.depthwise.bias",
        "b0.pointwise2.bias",
        "b1.pointwise1.bias",
        "b1.depthwise.bias",
        "b1.pointwise2.bias",
        "fc.weight",
        "fc.bias",
    },
    optimizer = sgd { rate = 0.05 },
}
