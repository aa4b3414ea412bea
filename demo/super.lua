-- SPDX-License-Identifier: MIT
-- A super-network: its choices are sub-networks, which read their parts of the same weights.  demo/super.sh made them, from
-- pictures that a program drew; `choose` finds the sub-network for yours, and what learns in it.
--
--     tinytl-gen choose demo/super.lua -D classes=12 --train x.npy,y.npy --ram 64K -o chosen.lua

name    "super"

local classes = option("classes", 12)
local file    = option("weights", "super.safetensors")
local scheme  = option("scheme", "bias")               -- what learns, unless `choose` says it

-- Of each of the two later stages: blocks, channels in their middle as a multiple, the window of their depthwise layers.
local blocks = { choice("blocks2", { 3, 2, 1 }), choice("blocks3", { 3, 2, 1 }) }
local expand = { choice("expand2", { 4, 3, 2 }), choice("expand3", { 4, 3, 2 }) }
local window = { choice("window2", { 5, 3 }), choice("window3", { 5, 3 }) }

input { h = 32, w = 32, c = 1, type = "uint8", scale = 1/48, zero_point = 128 } -- as demo/worlds.c standardises them

if file ~= "none" then weights(file) end
precision { trained = option("trained", "float32") }   -- or bfloat16: what learns takes half of the bytes

conv { "first", out = 16, k = 3, s = 2, act = "relu6" }
mbconv { "stage1.0", out = 16, k = 3, expand = 1, norm = false }
local channels = 16
for stage, out in ipairs { 24, 40 } do
    for b = 0, blocks[stage] - 1 do
        mbconv { ("stage%d.%d"):format(stage + 1, b), out = out, k = window[stage], s = b == 0 and 2 or 1, norm = false,
                 hidden = channels * expand[stage], of = { out = out, k = 5, hidden = channels * 4 } }
        channels = out
    end
end
conv { "head", out = 96, k = 1, act = "relu6" }
global_pool {}
dense { "classifier", out = classes, init = option("classifier", "random") } -- new classes: not taken from the file

local update = {
    last = { "classifier.*" },
    bias = { "classifier.*", "*.bias" },
    slices = { "classifier.*", "*.bias", { "*.pointwise?.weight", inputs = 1 / option("part", 4) } },
    full = { "*" },
}

train {
    update    = update[scheme] or error("scheme is one of last, bias, slices, full"),
    optimizer = option("optimizer", "sgd") == "adam" and adam {} or sgd { rate = 0.02 },
    clip      = 1,
}
