-- SPDX-License-Identifier: MIT
-- MobileNetV2 (Sandler et al., CVPR 2018) with 0.35 of its channels, without the last 1x1 convolution, as
-- in MIT's Tiny Training Engine: 17 million multiply-accumulates at 128x128.  Options: see zoo.lua.
local zoo = include "zoo.lua"
local network = { name = "mbv2_w035", resolution = 128, classes = 1000 }

-- expand, out, how many, stride of the first; all depthwise kernels are 3x3
local stages = {
    { e = 1, out = 8,   n = 1, s = 1 }, -- 64x64 at 128x128
    { e = 6, out = 8,   n = 2, s = 2 }, -- 32x32
    { e = 6, out = 16,  n = 3, s = 2 }, -- 16x16
    { e = 6, out = 24,  n = 4, s = 2 }, -- 8x8
    { e = 6, out = 32,  n = 3, s = 1 },
    { e = 6, out = 56,  n = 3, s = 2 }, -- 4x4
    { e = 6, out = 112, n = 1, s = 1 },
}

zoo.begin(network)
local x = zoo.conv({ "first_conv", out = 16, k = 3, s = 2 }, 0)
local i = 0
for _, stage in ipairs(stages) do
    for n = 1, stage.n do
        x = zoo.block(i, { out = stage.out, k = 3, s = n == 1 and stage.s or 1, hidden = x.c * stage.e })
        i = i + 1
    end
end
zoo.finish(network)
