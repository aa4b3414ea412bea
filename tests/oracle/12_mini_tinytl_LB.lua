-- small TinyTL-L+B network: int8 frozen weights, stem, four blocks with depthwise 3/5/7, three lite residuals without norm
name    "net12"
input   { h = 24, w = 20, c = 3 }
weights { "12_mini_tinytl_LB.safetensors", prefix = "param." }

conv { "first", out = 8, k = 3, s = 2 }
relu6 { "a0" }
dwconv { "b0.depthwise", k = 3 }
relu6 { "b0.act2" }
local b0_pw2 = conv { "b0.pointwise2", out = 4, k = 1 }
conv { "b1.pointwise1", out = 12, k = 1 }
relu6 { "b1.act1" }
dwconv { "b1.depthwise", k = 5, s = 2 }
relu6 { "b1.act2" }
local b1_pw2 = conv { "b1.pointwise2", out = 8, k = 1 }
avg_pool { "b1.lite.pool", from = b0_pw2, k = 2 }
conv { "b1.lite.conv1", out = 4, k = 5, s = 2, groups = 2, bias = false }
relu { "b1.lite.act" }
conv { "b1.lite.conv2", out = 8, k = 1, bias = false }
local b1_lite_up = upsample { "b1.lite.up", h = 6, w = 5 }
local b1_lite_sum = add { "b1.lite.sum", from = { b1_pw2, b1_lite_up } }
conv { "b2.pointwise1", out = 24, k = 1 }
relu6 { "b2.act1" }
dwconv { "b2.depthwise", k = 7 }
relu6 { "b2.act2" }
local b2_pw2 = conv { "b2.pointwise2", out = 8, k = 1 }
avg_pool { "b2.lite.pool", from = b1_lite_sum, k = 2 }
conv { "b2.lite.conv1", out = 8, k = 3, groups = 2, bias = false }
relu { "b2.lite.act" }
conv { "b2.lite.conv2", out = 8, k = 1, bias = false }
local b2_lite_up = upsample { "b2.lite.up", h = 6, w = 5 }
local b2_lite_sum = add { "b2.lite.sum", from = { b2_pw2, b2_lite_up } }
local b2_add = add { "b2.add", from = { b2_lite_sum, b1_lite_sum } }
conv { "b3.pointwise1", out = 24, k = 1 }
relu6 { "b3.act1" }
dwconv { "b3.depthwise", k = 3, s = 2 }
relu6 { "b3.act2" }
local b3_pw2 = conv { "b3.pointwise2", out = 12, k = 1 }
avg_pool { "b3.lite.pool", from = b2_add, k = 2 }
conv { "b3.lite.conv1", out = 8, k = 1, s = 2, groups = 2, bias = false }
relu { "b3.lite.act" }
conv { "b3.lite.conv2", out = 12, k = 1, bias = false }
local b3_lite_up = upsample { "b3.lite.up", h = 3, w = 3 }
add { "b3.lite.sum", from = { b3_pw2, b3_lite_up } }
global_pool { "gap" }
dense { "fc", out = 10 }

train {
    update = {
        "first.bias",
        "b0.depthwise.bias",
        "b0.pointwise2.bias",
        "b1.pointwise1.bias",
        "b1.depthwise.bias",
        "b1.pointwise2.bias",
        "b1.lite.conv1.weight",
        "b1.lite.conv2.weight",
        "b2.pointwise1.bias",
        "b2.depthwise.bias",
        "b2.pointwise2.bias",
        "b2.lite.conv1.weight",
        "b2.lite.conv2.weight",
        "b3.pointwise1.bias",
        "b3.depthwise.bias",
        "b3.pointwise2.bias",
        "b3.lite.conv1.weight",
        "b3.lite.conv2.weight",
        "fc.weight",
        "fc.bias",
    },
    optimizer = sgd { rate = 0.05 },
}
