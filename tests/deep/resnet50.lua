-- SPDX-License-Identifier: MIT
-- ResNet-50 (He et al., CVPR 2016) at 224x224: four stages of blocks of three convolutions.
name "resnet50"
input { h = 224, w = 224, c = 3, type = "uint8", scale = 2/255, zero_point = 128 }
conv { "first", out = 64, k = 7, s = 2, act = "relu" }
max_pool { k = 3, s = 2, pad = 1 }
local n = 0
for stage, blocks in ipairs { 3, 4, 6, 3 } do
    for i = 1, blocks do
        n = n + 1
        local before, out = last_layer(), 128 << stage
        local s = i == 1 and stage > 1 and 2 or 1
        conv { "b" .. n .. ".c1", out = out // 4, k = 1, act = "relu" }
        conv { "b" .. n .. ".c2", out = out // 4, k = 3, s = s, act = "relu" }
        local branch = conv { "b" .. n .. ".c3", out = out, k = 1 }
        if i == 1 then before = conv { "b" .. n .. ".down", out = out, k = 1, s = s, from = before } end
        add { "b" .. n .. ".add", from = { branch, before }, act = "relu" }
    end
end
global_pool {}
dense { "classifier", out = 10 }
train { update = { "classifier.*", "*.bias" }, optimizer = sgd { rate = 0.01 } }
