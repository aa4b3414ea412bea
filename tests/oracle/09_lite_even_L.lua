-- lite residual without norm on an even-sized map, only lite residual and classifier trainable (TinyTL-L), shortcut
name    "net09"
local x = input{ h = 8, w = 8, c = 4 }
weights { "09_lite_even_L.safetensors", prefix = "param." }

conv { "blk.pointwise1", out = 8, k = 1 }
relu6 { "blk.act1" }
dwconv { "blk.depthwise", k = 3 }
relu6 { "blk.act2" }
local blk_pw2 = conv { "blk.pointwise2", out = 4, k = 1 }
avg_pool { "blk.lite.pool", from = x, k = 2 }
conv { "blk.lite.conv1", out = 4, k = 5, groups = 2, bias = false }
relu { "blk.lite.act" }
conv { "blk.lite.conv2", out = 4, k = 1, bias = false }
local blk_lite_up = upsample { "blk.lite.up", h = 8, w = 8 }
local blk_lite_sum = add { "blk.lite.sum", from = { blk_pw2, blk_lite_up } }
add { "blk.add", from = { blk_lite_sum, x } }
global_pool { "gap" }
dense { "fc", out = 3 }

train {
    update = {
        "blk.lite.conv1.weight",
        "blk.lite.conv2.weight",
        "fc.weight",
        "fc.bias",
    },
    optimizer = sgd { rate = 0.05 },
}
