-- SPDX-License-Identifier: MIT
-- ProxylessNAS-Mobile (Cai et al., ICLR 2019), the network of the TinyTL paper, at 224x224.
-- Options: see zoo.lua.  The paper's own figures:
--     tinytl-gen plan specs/proxylessnas-mobile.lua -D paper=true -D classes=196 -D batch=8 \
--         -D scheme=lite+bias --paper-accounting
local zoo = include "zoo.lua"
local network = { name = "proxylessnas_mobile", resolution = 224, classes = 1000 }

-- out, stride of the first, and { kernel, expand } of each block
local stages = {
    { out = 16,  s = 1, { 3, 1 } },                               -- 112x112 at 224x224
    { out = 32,  s = 2, { 5, 3 }, { 3, 3 } },                     -- 56x56
    { out = 40,  s = 2, { 7, 3 }, { 3, 3 }, { 5, 3 }, { 5, 3 } }, -- 28x28
    { out = 80,  s = 2, { 7, 6 }, { 5, 3 }, { 5, 3 }, { 5, 3 } }, -- 14x14
    { out = 96,  s = 1, { 5, 6 }, { 5, 3 }, { 5, 3 }, { 5, 3 } },
    { out = 192, s = 2, { 7, 6 }, { 7, 6 }, { 7, 3 }, { 7, 3 } }, -- 7x7
    { out = 320, s = 1, { 7, 6 } },
}

zoo.begin(network)
local x = zoo.conv({ "first_conv", out = 32, k = 3, s = 2 }, 0)
local i = 0
for _, stage in ipairs(stages) do
    for n, b in ipairs(stage) do
        x = zoo.block(i, { out = stage.out, k = b[1], s = n == 1 and stage.s or 1, hidden = x.c * b[2] })
        i = i + 1
    end
end
zoo.conv({ "feature_mix", out = 1280, k = 1 }, i)
zoo.finish(network)
