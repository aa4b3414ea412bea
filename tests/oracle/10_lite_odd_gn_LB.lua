-- stride-2 block and shortcut block, lite residual with group norm and stride, odd sizes, biases trained, last group-norm bias frozen (TinyTL-L+B)
name    "net10"
input   { h = 13, w = 17, c = 3 }
weights { "10_lite_odd_gn_LB.safetensors", prefix = "param." }

conv { "first", out = 4, k = 3, s = 2 }
local a0 = relu6 { "a0" }
conv { "b1.pointwise1", out = 12, k = 1 }
relu6 { "b1.act1" }
dwconv { "b1.depthwise", k = 5, s = 2 }
relu6 { "b1.act2" }
local b1_pw2 = conv { "b1.pointwise2", out = 8, k = 1 }
avg_pool { "b1.lite.pool", from = a0, k = 2 }
conv { "b1.lite.conv1", out = 4, k = 3, s = 2, groups = 2, bias = false }
group_norm { "b1.lite.norm1", groups = 2 }
relu { "b1.lite.act" }
conv { "b1.lite.conv2", out = 8, k = 1, bias = false }
group_norm { "b1.lite.norm2", groups = 2 }
local b1_lite_up = upsample { "b1.lite.up", h = 4, w = 5 }
local b1_lite_sum = add { "b1.lite.sum", from = { b1_pw2, b1_lite_up } }
conv { "b2.pointwise1", out = 16, k = 1 }
relu6 { "b2.act1" }
dwconv { "b2.depthwise", k = 3 }
relu6 { "b2.act2" }
local b2_pw2 = conv { "b2.pointwise2", out = 8, k = 1 }
avg_pool { "b2.lite.pool", from = b1_lite_sum, k = 2 }
conv { "b2.lite.conv1", out = 8, k = 1, groups = 2, bias = false }
group_norm { "b2.lite.norm1", groups = 4 }
relu { "b2.lite.act" }
conv { "b2.lite.conv2", out = 8, k = 1, bias = false }
group_norm { "b2.lite.norm2", groups = 2 }
local b2_lite_up = upsample { "b2.lite.up", h = 4, w = 5 }
local b2_lite_sum = add { "b2.lite.sum", from = { b2_pw2, b2_lite_up } }
add { "b2.add", from = { b2_lite_sum, b1_lite_sum } }
global_pool { "gap" }
dense { "fc", out = 4 }

train {
    update = {
        "first.bias",
        "b1.pointwise1.bias",
        "b1.depthwise.bias",
        "b1.pointwise2.bias",
        "b1.lite.conv1.weight",
        "b1.lite.norm1.weight",
        "b1.lite.norm1.bias",
        "b1.lite.conv2.weight",
        "b1.lite.norm2.weight",
        "b2.pointwise1.bias",
        "b2.depthwise.bias",
        "b2.pointwise2.bias",
        "b2.lite.conv1.weight",
        "b2.lite.norm1.weight",
        "b2.lite.norm1.bias",
        "b2.lite.conv2.weight",
        "b2.lite.norm2.weight",
        "fc.weight",
        "fc.bias",
    },
    optimizer = sgd { rate = 0.05 },
}
