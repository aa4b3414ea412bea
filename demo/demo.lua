-- SPDX-License-Identifier: MIT
-- The network of ./demo.sh.  It left the factory able to read printed letters and digits.  Now it is
-- to tell ten symbols in chalk on a blackboard apart, and learns that on the device.
--
--     tinytl-gen demo/demo.lua -o build/demo           demo.c and demo.h
--     tinytl-gen plan demo/demo.lua -D scheme=full     what another way to learn would need

name    "demo"                                        -- prefix of all that is emitted

local scheme  = option("scheme", "lite+bias")         -- what learns; -D scheme=... chooses another
local classes = option("classes", 10)
local file    = option("weights", "pretrained.safetensors")

-- A camera's bytes: 0 is black, 255 white; the network sees -1 .. 1.
input { h = 32, w = 32, c = 1, type = "uint8", scale = 2/255, zero_point = 128 }

if file ~= "none" then weights(file) end              -- frozen values and the start of learning ones

-- The lite residual modules exist only where they learn.  They are not in the weights file: they start
-- as no-ops, so that the network begins as it left the factory.
local lite = scheme == "lite+bias" and { k = 3, groups = 2, expand = 0.5 } or nil

local blocks = {
    { out = 16, k = 3, s = 1, expand = 1 },
    { out = 24, k = 3, s = 2, expand = 3 },
    { out = 24, k = 3, s = 1, expand = 3 },
    { out = 40, k = 3, s = 2, expand = 3 },
    { out = 40, k = 3, s = 1, expand = 3 },
    { out = 40, k = 3, s = 1, expand = 3 },
}

conv { "first", out = 16, k = 3, s = 2, act = "relu6" }
for i, b in ipairs(blocks) do
    mbconv { "blocks." .. i - 1, out = b.out, k = b.k, s = b.s, expand = b.expand, lite = lite }
end
global_pool {}
dense { "classifier", out = classes, init = "random" } -- new classes: not taken from the file

local update = {
    last            = { "classifier.*" },
    bias            = { "classifier.*", "*.bias" },
    ["lite+bias"]   = { "classifier.*", "*.bias", "*.lite.*" },
    full            = { "*" },
}

train {
    update    = update[scheme] or error("scheme is one of last, bias, lite+bias, full"),
    optimizer = option("optimizer", "sgd") == "adam" and adam {} or sgd { rate = 0.01 },
    batch     = option("batch", 1),                   -- 1: no gradient outlives its use
    clip      = 1,                                    -- one odd picture must not undo a day's learning
}

budget { ram = option("ram", 96) * KiB }
