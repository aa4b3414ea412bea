-- SPDX-License-Identifier: MIT
-- MCUNet (Lin et al., NeurIPS 2020), the variant "5 frames a second" of MIT's Tiny Training Engine:
-- 23 million multiply-accumulates at 128x128.  Options: see zoo.lua.
local zoo = include "zoo.lua"
local network = {
    name = "mcunet_5fps", resolution = 128, classes = 1000,
    sparse = { first = "blocks.7.pointwise2",
               inputs = { ["blocks.8.pointwise1"] = 1/4, ["blocks.9.pointwise1"] = 1/2, ["blocks.10.pointwise1"] = 1/2 } },
}

local blocks = {
    { out = 8,   k = 3, s = 1, hidden = 16 },  -- 64x64 at 128x128
    { out = 16,  k = 3, s = 2, hidden = 32 },  -- 32x32
    { out = 16,  k = 3, s = 1, hidden = 48 },
    { out = 24,  k = 7, s = 2, hidden = 48 },  -- 16x16
    { out = 24,  k = 3, s = 1, hidden = 120 },
    { out = 40,  k = 3, s = 2, hidden = 120 }, -- 8x8
    { out = 40,  k = 7, s = 1, hidden = 160 },
    { out = 48,  k = 5, s = 1, hidden = 160 },
    { out = 48,  k = 3, s = 1, hidden = 144 },
    { out = 48,  k = 3, s = 1, hidden = 192 },
    { out = 96,  k = 7, s = 2, hidden = 240 }, -- 4x4
    { out = 96,  k = 5, s = 1, hidden = 384 },
    { out = 96,  k = 5, s = 1, hidden = 384 },
    { out = 160, k = 3, s = 1, hidden = 576 },
}

zoo.begin(network)
zoo.conv({ "first_conv", out = 16, k = 3, s = 2 }, 0)
for i, b in ipairs(blocks) do zoo.block(i - 1, b) end
zoo.finish(network)
