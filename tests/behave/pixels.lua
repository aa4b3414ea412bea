-- SPDX-License-Identifier: MIT
-- One network behind images of several forms: see pixels.sh.  Its weights: lua5.4 pixels_weights.lua FILE
name(option("name", "net"))
weights(option("weights", "pixels.safetensors"))
local s = 1 / 64
local means, scales = { 20, 131.4, 240.25 }, { 1 / 100, 1 / 128, 1 / 90 }
local forms = {
    uint8 = { type = "uint8", scale = s, zero_point = 128 },
    little = { type = "rgb565", scale = s, zero_point = 128 },
    big = { type = "rgb565", order = "big", scale = s, zero_point = 128 },
    equal = { type = "uint8", mean = 128, scale = { s, s, s } },
    mean = { type = "uint8", mean = means, scale = scales },
    mean_little = { type = "rgb565", mean = means, scale = scales },
    float = { mean = means, scale = scales },
    layer = { type = "uint8", scale = 1 },
}
local form = option("form", "uint8")
local image = forms[form]
image.h, image.w, image.c, image.place = 9, 12, 3, option("place", "caller")
input(image)
if form == "layer" then dwconv { "norm", k = 1 } end
conv { "first", out = 8, k = 3, s = option("stride", 2), act = "relu6" }
mbconv { "block", out = 8, k = 3, hidden = 12 }
global_pool {}
dense { "classifier", out = 4, init = "random" }
train {
    update = { "classifier.*", option("update", "block.*.bias") },
    optimizer = sgd { rate = 0.02 },
}
precision { forward = option("forward", "float32") }
