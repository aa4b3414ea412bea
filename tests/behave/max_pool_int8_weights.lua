-- SPDX-License-Identifier: MIT
-- Random weights for max_pool_int8.lua: lua5.4 max_pool_int8_weights.lua FILE
local file = dofile((arg[0]:match(".*/") or "") .. "../firmware/int8_file.lua")
local image, relu, linear = { 1 / 255, -128 }, file.relu6, file.linear
file.conv("first_conv", 12, 3, 3, image, relu)
file.conv("blocks.0.conv1", 16, 12, 3, relu, relu)
file.conv("blocks.0.conv2", 16, 16, 3, relu, linear)
file.conv("blocks.0.shortcut", 16, 12, 1, relu, linear)
file.quantised("blocks.0.add", "output", relu[1], relu[2])
file.conv("blocks.1.depthwise", 16, 1, 3, relu, relu)
file.conv("blocks.1.pointwise", 24, 16, 1, relu, linear)
file.conv("blocks.2.conv1", 24, 24, 3, linear, relu)
file.conv("blocks.2.conv2", 24, 24, 3, relu, linear)
file.conv("blocks.3.depthwise", 24, 1, 3, relu, relu)
file.conv("blocks.3.pointwise", 40, 24, 1, relu, linear)
file.write(arg[1])
