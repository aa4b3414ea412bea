-- SPDX-License-Identifier: MIT
-- Random weights for pixels.lua: lua5.4 pixels_weights.lua FILE
local file = dofile((arg[0]:match(".*/") or "") .. "../firmware/int8_file.lua")
local image = { 1 / 64, 0 }
file.conv("first", 8, 3, 3, image, file.relu6)
file.conv("block.pointwise1", 12, 8, 1, file.relu6, file.relu6)
file.conv("block.depthwise", 12, 1, 3, file.relu6, file.relu6)
file.conv("block.pointwise2", 8, 12, 1, file.relu6, file.linear)
file.reals("norm.weight", { 1 / 100, 1 / 128, 1 / 90 }, "3,1,1,1")
file.reals("norm.bias", { -20 / 100, -131.4 / 128, -240.25 / 90 })
if arg[2] then file.quantised("block.residual", "output", file.linear[1], file.linear[2]) end
file.write(arg[1])
