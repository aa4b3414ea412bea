-- SPDX-License-Identifier: MIT
-- One operator of int8 with TFLite's rounding, over all that its first map can be: see tflite.sh.
name "net"
weights(option("weights", "tflite.safetensors"))
local image = input { h = 64, w = 64, c = 2, type = "int8", scale = option("scale", 0.1), zero_point = option("zero", 0) }
local how = option("how", "sub")
if how == "plus" or how == "less" or how == "from" then -- a constant: weights of 1 or -1, and what the file has as "y.term"
    channels { "b", out = 1, first = 1 }
    dwconv { "y", k = 1 }
else
    local a = channels { "a", out = 1 }
    local b = channels { "b", out = 1, first = 1, from = image }
    local c = add { "c", from = { b, b } } -- b in another scale
    if how == "sub" then sub { "y", from = { a, c } } end
    if how == "turned" then sub { "y", from = { c, a } } end
    if how == "mul" then mul { "y", from = { a, c } } end
    if how == "excite" then mul { "y", from = { a, max_pool { "d", k = 4, from = max_pool { "e", k = 16, from = c } } } } end
end
precision { forward = "int8", rounding = "tflite" }
