-- SPDX-License-Identifier: MIT
-- Random weights for dilation.lua: lua5.4 dilation_weights.lua FILE [wide]
local file = dofile((arg[0]:match(".*/") or "") .. "../firmware/int8_file.lua")
local relu6 = file.relu6
local function conv(layer, out, depth, k, to, d) file.conv(layer, out, depth, k, relu6, to, arg[2] == "wide" and d or 1) end
file.conv("first", 8, 3, 3, file.image, relu6)
conv("a", 8, 8, 3, relu6, 2)
conv("b", 8, 1, 3, relu6, 3)
conv("c", 12, 4, 2, relu6, 4)
conv("d", 12, 1, 3, relu6, 2)
conv("e", 10, 12, 3, file.linear, 3)
file.write(arg[1])
