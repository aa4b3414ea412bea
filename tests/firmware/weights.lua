-- SPDX-License-Identifier: MIT
-- Weights for small.lua: lua5.4 weights.lua small.safetensors.  Lite modules start at random by themselves.
local file = dofile((arg[0]:match(".*/") or "") .. "int8_file.lua")
local conv, quantised, image, relu6, linear = file.conv, file.quantised, file.image, file.relu6, file.linear

local function block(name, input, hidden, k, out)
    if hidden ~= input then conv(name .. ".pointwise1", hidden, input, 1, linear, relu6) end
    conv(name .. ".depthwise", hidden, 1, k, hidden ~= input and linear or relu6, relu6)
    conv(name .. ".pointwise2", out, hidden, 1, relu6, linear)
    if input == out then quantised(name .. ".residual", "output", linear[1], linear[2]) end
end

conv("first", 8, 3, 3, image, relu6)
conv("b0.depthwise", 8, 1, 3, relu6, relu6)
conv("b0.pointwise2", 8, 8, 1, relu6, linear)
quantised("b0.residual", "output", linear[1], linear[2])
block("b1", 8, 20, 7, 12)
block("b2", 12, 27, 5, 12)
file.reals("bent.weight", { -0.5, -0.25, 0, 0.125, 0.25, 0.375, 0.5, 0.625, 0.75, 0.875, 1, 1.25 })
quantised("bent", "output", linear[1], linear[2])
conv("grouped", 12, 4, 3, linear, relu6)
conv("b3.pointwise1", 24, 12, 1, relu6, relu6)
conv("b3.depthwise", 24, 1, 3, relu6, relu6)
conv("b3.pointwise2", 16, 24, 1, relu6, linear)
file.write(arg[1])
