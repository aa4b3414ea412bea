-- SPDX-License-Identifier: MIT
-- Random weights for joins.lua: lua5.4 joins_weights.lua FILE
local file = dofile((arg[0]:match(".*/") or "") .. "../firmware/int8_file.lua")
local relu6, linear = file.relu6, file.linear
file.conv("a", 8, 3, 3, file.image, relu6)
file.conv("b", 8, 8, 3, relu6, { 1 / 32, -10 })
file.reals("bent.weight", { -0.25, 0, 0.125, 0.25, 0.5, 0.75, 1, 1.5 })
file.quantised("bent", "output", 1 / 24, -40)
file.conv("f", 8, 8, 1, { 1 / 16, -30 }, linear)
file.conv("g", 8, 8, 1, relu6, linear)
file.conv("h", 10, 32, 3, { 1 / 8, -50 }, { 1 / 8, 0 })
file.quantised("s", "output", 8 / 255, -10)
file.quantised("m", "output", 1 / 16, -30)
file.quantised("c", "output", 1 / 16, -30)
file.quantised("e", "output", 1 / 16, -20)
file.quantised("d", "output", 1 / 8, -30)
file.quantised("all", "output", 1 / 8, -50)
file.write(arg[1])
