-- SPDX-License-Identifier: MIT
-- Scales and zero points drawn at random: lua5.4 tflite_weights.lua SEED HOW FILE HEADER
local file = dofile((arg[0]:match(".*/") or "") .. "../firmware/int8_file.lua")
local how = arg[2]
math.randomseed(tonumber(arg[1]))
local function float(v) return (string.unpack("<f", string.pack("<f", v))) end
local function draw(size) return { float(size * 2 ^ (math.random() * 6 - 3)), math.random(-128, 127) } end
local a = draw(0.02)
local c = draw(a[1])
local y = draw(how:match "[tu][ur]" and a[1] + c[1] or 64 * a[1] * c[1])
if how == "mul" or how == "excite" then y = draw(64 * a[1] * c[1]) end
if how == "plus" or how == "less" or how == "from" then -- the constant has the scale of c, and is this many steps
    local steps = math.random(-128, 127)
    y = draw(a[1] + c[1])
    file.bytes("y.weight", { how == "from" and -127 or 127 }, "1,1,1,1")
    file.reals("y.weight_scale", { 1 / 127 })
    file.wholes("y.bias", { math.floor((how == "less" and -steps or steps) * c[1] / a[1] * 127 + 0.5) })
    file.wholes("y.term", { steps })
    file.double("y.term_scale", how == "less" and -c[1] or c[1])
    file.quantised("y", "input", a[1], a[2])
    c[2] = steps
end
file.quantised("c", "output", c[1], c[2])
file.quantised("y", "output", y[1], y[2])
file.write(arg[3])
local out = assert(io.open(arg[4], "w"))
for name, grid in pairs { A = a, C = c, Y = y } do
    out:write(("#define %s_SCALE %a\n#define %s_ZERO (%d)\n"):format(name, grid[1], name, grid[2]))
end
out:close()
print(("-D scale=%.17g -D zero=%d"):format(a[1], a[2]))
