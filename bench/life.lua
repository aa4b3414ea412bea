-- SPDX-License-Identifier: MIT
-- For life.sh: mcunet-5fps with int8 layers, biases from blocks.4 on, and of a product's life what -D with="store rate spare replay" names.
local with = " " .. option("with", "") .. " "
local function has(word) return with:find(" " .. word .. " ", 1, true) end
set("precision", "int8")
set("trained", "bfloat16")
set("scheme", "bias")
set("from", 4)
if has("spare") then set("spare", 5) end
if has("replay") then set("replay", "blocks.3") end
include "../specs/mcunet-5fps.lua"
local update = { "classifier.*" }
for i = 4, 13 do update[#update + 1] = ("blocks.%d.*.bias"):format(i) end
train {
    update = update, loss = "softmax_cross_entropy", optimizer = sgd { rate = 0.006, weight_decay = 0.0001 },
    decay = has("rate") and "weights" or nil, schedule = has("rate") and cosine { steps = 4000 } or nil,
}
if has("store") then store { slots = 3, slot = 64 * KiB, erase = 4 * KiB, write = 8 } end
