-- all convolution weights and biases trainable (baseline: full fine-tuning)
name    "net13"
input   { h = 9, w = 8, c = 3 }
weights { "13_full_finetune.safetensors", prefix = "param." }

conv { "first", out = 4, k = 3, s = 2 }
local a0 = relu { "a0" }
conv { "b1.pointwise1", out = 8, k = 1 }
relu6 { "b1.act1" }
dwconv { "b1.depthwise", k = 3 }
relu6 { "b1.act2" }
local b1_pw2 = conv { "b1.pointwise2", out = 4, k = 1 }
add { "b1.add", from = { b1_pw2, a0 } }
conv { "b2.pointwise1", out = 8, k = 1 }
relu6 { "b2.act1" }
dwconv { "b2.depthwise", k = 5, s = 2 }
relu6 { "b2.act2" }
conv { "b2.pointwise2", out = 6, k = 1 }
global_pool { "gap" }
dense { "fc", out = 3 }

train {
    update = {
        "first.weight",
        "first.bias",
        "b1.pointwise1.weight",
        "b1.pointwise1.bias",
        "b1.depthwise.weight",
        "b1.depthwise.bias",
        "b1.pointwise2.weight",
        "b1.pointwise2.bias",
        "b2.pointwise1.weight",
        "b2.pointwise1.bias",
        "b2.depthwise.weight",
        "b2.depthwise.bias",
        "b2.pointwise2.weight",
        "b2.pointwise2.bias",
        "fc.weight",
        "fc.bias",
    },
    optimizer = sgd { rate = 0.05 },
}
