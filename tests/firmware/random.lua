-- SPDX-License-Identifier: MIT
-- A random network of integers: lua5.4 random.lua SEED FOLDER writes random.lua, the spec, and its weights.
local file = dofile((arg[0]:match(".*/") or "") .. "int8_file.lua")
local seed, folder = tonumber(arg[1]), arg[2]
math.randomseed(seed)
file.state = seed + 1
local function pick(...) return (select(math.random(select("#", ...)), ...)) end

local h, w, c = math.random(3, 19), math.random(3, 19), math.random(1, 5)
local spec, update, count = {}, { '"classifier.*"' }, 0
local function line(...) spec[#spec + 1] = string.format(...) end
line('name "random"')
line('weights "random.safetensors"')
line('input { h = %d, w = %d, c = %d, type = "uint8", scale = 2 / 255, zero_point = 128, place = "%s" }', h, w, c, pick("caller", "scratch"))

local from = file.image -- what the next layer reads
local function shrink(s) h, w = (h + s - 1) // s, (w + s - 1) // s end
local function learn(name, what) if math.random() < 0.7 then update[#update + 1] = ('"%s.%s"'):format(name, what) end end

local function convolution(kind, out, k, s, groups)
    count = count + 1
    local name = "l" .. count
    local act = pick("relu6", "relu6", "relu6", false, false, false, "hswish", "sigmoid")
    local to = act == "relu6" and file.relu6 or file.linear
    line('%s { "%s", %sk = %d, s = %d%s%s }', kind, name, kind == "conv" and "out = " .. out .. ", " or "", k, s,
        groups > 1 and kind == "conv" and ", groups = " .. groups or "", act and (', act = "%s"'):format(act) or "")
    file.conv(name, out, c // groups, k, from, to)
    if act == "sigmoid" or act == "hswish" and math.random(2) == 1 then -- else the layer that reads it says its scale
        to = act == "sigmoid" and { 1 / 256, -128 } or { 1 / 40, -110 }
        file.quantised(name .. "." .. act, "output", to[1], to[2])
    end
    if math.random() < 0.2 and kind == "conv" and k == 1 and groups == 1 and c >= 4 and out >= 4 then
        update[#update + 1] = ('{ "%s.weight", %s = 1 / 3 }'):format(name, pick("inputs", "outputs"))
    end
    learn(name, "bias")
    c, from = out, to
    shrink(s)
end

-- Layers without weights, whose result has the scale of what they read.
local function window(kind)
    local k, s = math.random(2, 3), math.random(1, 3)
    local pad = math.random(0, 1)
    local oh, ow = (h + 2 * pad - k) // s + 1, (w + 2 * pad - k) // s + 1
    if h + 2 * pad < k or w + 2 * pad < k then return end
    count = count + 1
    line('%s { "l%d", k = %d, s = %d, pad = %d }', kind, count, k, s, pad)
    h, w = oh, ow
end

local function resize()
    count = count + 1
    h, w = math.random(math.max(1, h - 2), h + 4), math.random(math.max(1, w - 2), w + 4)
    line('upsample { "l%d", h = %d, w = %d }', count, h, w)
end

local function residual() -- a relu that two layers read, and a sum of which the file may know no scale
    count = count + 3
    local names = { "l" .. count - 2, "l" .. count - 1, "l" .. count }
    line('local x = %s { "%s" }', pick("relu", "relu6"), names[1])
    line('local y = conv { "%s", out = %d, k = 3 }', names[2], c)
    line('add { "%s", from = { x, y }%s }', names[3], pick("", ', act = "relu"'))
    file.conv(names[2], c, c, 3, from, file.linear)
    learn(names[2], "bias")
    if math.random(2) == 1 then file.quantised(names[3], "output", 1 / 20, 3) end
    from = { 1 / 20, 3 }
end

-- More inputs and outputs than columns, sums and biases have at a time (convolution/convolution_int8.c), on few pixels.
local function wide()
    if h * w > 4 then
        count = count + 1
        line('avg_pool { "l%d", k = { %d, %d }, s = { %d, %d } }', count, h // 2 + 1, w // 2 + 1, (h + 1) // 2, (w + 1) // 2)
        h, w = (h - h // 2 - 1) // ((h + 1) // 2) + 1, (w - w // 2 - 1) // ((w + 1) // 2) + 1
    end
    convolution("conv", math.random(193, 420), 1, 1, 1)
    convolution("conv", math.random(1, 40), 1, 1, 1)
end

for _ = 1, math.random(3, 7) do
    local kind = math.random(15)
    if kind <= 4 then
        convolution("conv", math.random(1, 60), 1, 1, 1)
    elseif kind <= 7 then
        convolution("dwconv", c, pick(3, 5, 7), pick(1, 1, 2), c)
    elseif kind <= 9 then
        local groups = c % 2 == 0 and c > 2 and pick(1, 2) or 1
        convolution("conv", groups * math.random(1, 9), pick(1, 3, 5), pick(1, 2), groups)
    elseif kind <= 12 then
        window(pick("max_pool", "avg_pool"))
    elseif kind == 13 then
        resize()
    elseif kind == 14 then
        wide()
    else
        residual()
    end
end
line 'global_pool {}'
line('dense { "classifier", out = %d, init = "random" }', math.random(2, 9))
line('train { update = { %s }, optimizer = sgd { rate = 0.02 } }', table.concat(update, ", "))
line('precision { forward = "int8", gradient = "%s", trained = "%s" }', pick("int16", "int8", "float32"), pick("float32", "bfloat16"))
local out = assert(io.open(folder .. "/random.lua", "w"))
out:write(table.concat(spec, "\n"), "\n")
out:close()
file.write(folder .. "/random.safetensors")
