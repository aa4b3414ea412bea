-- SPDX-License-Identifier: MIT
-- ProxylessNAS (Cai et al., ICLR 2019) with 0.3 of its channels, as in MIT's Tiny Training Engine:
-- 19 million multiply-accumulates at 128x128.  Options: see zoo.lua.
local zoo = include "zoo.lua"
local network = { name = "proxyless_w03", resolution = 128, classes = 1000 }

local blocks = {
    { out = 8,  k = 3, s = 1, hidden = 16 },  -- 64x64 at 128x128
    { out = 16, k = 5, s = 2, hidden = 24 },  -- 32x32
    { out = 16, k = 3, s = 1, hidden = 48 },
    { out = 16, k = 7, s = 2, hidden = 48 },  -- 16x16
    { out = 16, k = 3, s = 1, hidden = 48 },
    { out = 16, k = 5, s = 1, hidden = 48 },
    { out = 16, k = 5, s = 1, hidden = 48 },
    { out = 24, k = 7, s = 2, hidden = 96 },  -- 8x8
    { out = 24, k = 5, s = 1, hidden = 72 },
    { out = 24, k = 5, s = 1, hidden = 72 },
    { out = 24, k = 5, s = 1, hidden = 72 },
    { out = 32, k = 5, s = 1, hidden = 144 },
    { out = 32, k = 5, s = 1, hidden = 96 },
    { out = 32, k = 5, s = 1, hidden = 96 },
    { out = 32, k = 5, s = 1, hidden = 96 },
    { out = 64, k = 7, s = 2, hidden = 192 }, -- 4x4
    { out = 64, k = 7, s = 1, hidden = 384 },
    { out = 64, k = 7, s = 1, hidden = 192 },
    { out = 64, k = 7, s = 1, hidden = 192 },
    { out = 96, k = 7, s = 1, hidden = 384 },
}

zoo.begin(network)
zoo.conv({ "first_conv", out = 16, k = 3, s = 2 }, 0)
for i, b in ipairs(blocks) do zoo.block(i - 1, b) end
zoo.finish(network)
