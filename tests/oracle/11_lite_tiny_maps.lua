-- lite residual on 3x3, 2x2 maps: kernel 1, global-pool variant, upsampling from 1x1
name    "net11"
local x = input{ h = 3, w = 3, c = 4 }
weights { "11_lite_tiny_maps.safetensors", prefix = "param." }

conv { "b0.pointwise1", out = 8, k = 1 }
relu6 { "b0.act1" }
dwconv { "b0.depthwise", k = 3 }
relu6 { "b0.act2" }
local b0_pw2 = conv { "b0.pointwise2", out = 6, k = 1 }
avg_pool { "b0.lite.pool", from = x, k = 2 }
conv { "b0.lite.conv1", out = 4, k = 1, groups = 2, bias = false }
relu { "b0.lite.act" }
conv { "b0.lite.conv2", out = 6, k = 1, bias = false }
local b0_lite_up = upsample { "b0.lite.up", h = 3, w = 3 }
local b0_lite_sum = add { "b0.lite.sum", from = { b0_pw2, b0_lite_up } }
conv { "b1.pointwise1", out = 12, k = 1 }
relu6 { "b1.act1" }
dwconv { "b1.depthwise", k = 3, s = 2 }
relu6 { "b1.act2" }
local b1_pw2 = conv { "b1.pointwise2", out = 6, k = 1 }
global_pool { "b1.lite.pool", from = b0_lite_sum }
conv { "b1.lite.conv1", out = 6, k = 1, groups = 2, bias = false }
relu { "b1.lite.act" }
conv { "b1.lite.conv2", out = 6, k = 1, bias = false }
local b1_lite_up = upsample { "b1.lite.up", h = 2, w = 2 }
local b1_lite_sum = add { "b1.lite.sum", from = { b1_pw2, b1_lite_up } }
conv { "b2.pointwise1", out = 12, k = 1 }
relu6 { "b2.act1" }
dwconv { "b2.depthwise", k = 3 }
relu6 { "b2.act2" }
local b2_pw2 = conv { "b2.pointwise2", out = 6, k = 1 }
global_pool { "b2.lite.pool", from = b1_lite_sum }
conv { "b2.lite.conv1", out = 6, k = 1, groups = 2, bias = false }
group_norm { "b2.lite.norm1", groups = 2 }
relu { "b2.lite.act" }
conv { "b2.lite.conv2", out = 6, k = 1, bias = false }
group_norm { "b2.lite.norm2", groups = 1 }
local b2_lite_up = upsample { "b2.lite.up", h = 2, w = 2 }
local b2_lite_sum = add { "b2.lite.sum", from = { b2_pw2, b2_lite_up } }
add { "b2.add", from = { b2_lite_sum, b1_lite_sum } }
global_pool { "gap" }
dense { "fc", out = 3 }

train {
    update = {
        "b0.pointwise1.bias",
        "b0.depthwise.bias",
        "b0.pointwise2.bias",
        "b0.lite.conv1.weight",
        "b0.lite.conv2.weight",
        "b1.pointwise1.bias",
        "b1.depthwise.bias",
        "b1.pointwise2.bias",
        "b1.lite.conv1.weight",
        "b1.lite.conv2.weight",
        "b2.pointwise1.bias",
        "b2.depthwise.bias",
        "b2.pointwise2.bias",
        "b2.lite.conv1.weight",
        "b2.lite.norm1.weight",
        "b2.lite.norm1.bias",
        "b2.lite.conv2.weight",
        "b2.lite.norm2.weight",
        "b2.lite.norm2.bias",
        "fc.weight",
        "fc.bias",
    },
    optimizer = sgd { rate = 0.05 },
}
