-- SPDX-License-Identifier: MIT
-- A super-network with batch norms, a sub-network of it, and what its norms meet, found by plain loops in float64.
--     norms.lua write      super.safetensors, net.lua, samples.npy, labels.npy, seen.lua
--     norms.lua compare FILE   statistics in FILE against seen.lua
local here = arg[0]:match("^(.*)/") or "."
local SAMPLES, SIDE, EPS = 24, 8, 1e-5

-- ---- compare ----

local function read_tensors(path)
    local f = assert(io.open(path, "rb"))
    local bytes = f:read("a")
    f:close()
    local length = ("<I8"):unpack(bytes)
    local tensors = {}
    for name, from, to in bytes:sub(9, 8 + length):gmatch('"([^"]+)":{"dtype":"F32","shape":%[%d+%],"data_offsets":%[(%d+),(%d+)%]}') do
        local list = {}
        for at = 9 + length + from, 8 + length + to, 4 do list[#list + 1] = (("<f"):unpack(bytes, at)) end
        tensors[name] = list
    end
    return tensors
end

if arg[1] == "compare" then
    local found, seen, worst, count = read_tensors(arg[2]), dofile("seen.lua"), 0, 0
    for name, list in pairs(seen) do
        assert(found[name], "no " .. name)
        assert(#found[name] == #list, name)
        for i, x in ipairs(list) do
            worst, count = math.max(worst, math.abs(found[name][i] - x) / (1 + math.abs(x))), count + 1
        end
    end
    for name in pairs(found) do assert(seen[name], name .. " is too much") end
    print(("%d values, the largest difference is %.1e"):format(count, worst))
    os.exit(worst < 2e-5)
end

-- ---- the whole network's tensors ----

math.randomseed(17)
local function float(x) return (("<f"):unpack(("<f"):pack(x))) end
local whole = {}
local function draw(name, shape, least, most)
    local t = { shape = shape }
    local count = 1
    for _, n in ipairs(shape) do count = count * n end
    for i = 1, count do t[i] = float(least + (most - least) * math.random()) end
    whole[name] = t
end
local function norm(name, channels)
    draw(name .. ".weight", { channels }, 0.5, 1.5)
    draw(name .. ".bias", { channels }, -0.5, 0.5)
    draw(name .. ".running_mean", { channels }, -0.2, 0.2)
    draw(name .. ".running_var", { channels }, 0.5, 2)
end
draw("a.weight", { 8, 3, 3, 3 }, -0.4, 0.4) norm("an", 8)
draw("b.weight", { 8, 1, 5, 5 }, -0.4, 0.4) norm("bn", 8)
draw("c.weight", { 7, 8, 1, 1 }, -0.6, 0.6) norm("cn", 7)
draw("d.weight", { 7, 7, 1, 1 }, -0.6, 0.6) norm("dn", 7)
draw("cls.weight", { 4, 7 }, -0.3, 0.3)
draw("cls.bias", { 4 }, 0, 0)
whole["an.weight"][2] = 0 -- a channel that its norm does away with

local tensors = {}
for name, t in pairs(whole) do
    local bytes = {}
    for i, x in ipairs(t) do bytes[i] = ("<f"):pack(x) end
    tensors[#tensors + 1] = { name = name, dtype = "F32", shape = table.concat(t.shape, ","), bytes = table.concat(bytes) }
end
dofile(here .. "/../safetensors.lua").write("super.safetensors", tensors)

local f = assert(io.open("net.lua", "w"))
f:write [[
name "sub"
weights(option("weights", "super.safetensors"))
local narrow = choice("narrow", { true, false })
input { h = 8, w = 8, c = 3, type = "uint8", scale = 1/64, zero_point = 128 }
conv       { "a", out = narrow and 6 or 8, k = 3, bias = false, of = { out = 8, k = 3 } }
batch_norm { "an", act = "relu6" }
dwconv     { "b", k = narrow and 3 or 5, s = 2, bias = false, of = { k = 5 } }
batch_norm { "bn", act = "hswish" }
local c = conv { "c", out = narrow and 5 or 7, k = 1, bias = false, of = { out = 7, k = 1 } }
local n = batch_norm { "cn", from = c }
conv       { "d", out = narrow and 5 or 7, k = 1, bias = false, of = { out = 7, k = 1 } }
local m = batch_norm { "dn" }
add        { from = { n, m } }
global_pool {}
dense      { "cls", out = 4, of = { out = 4 } }
train { update = { "cls.*", "*.bias" }, optimizer = sgd { rate = 0.02 } }
]]
f:close()

-- ---- samples ----

local pixels, labels = {}, {}
for n = 1, SAMPLES do
    labels[n] = n % 4
    for i = 1, SIDE * SIDE * 3 do pixels[#pixels + 1] = (n % 4 * 50 + math.random(0, 100)) % 256 end
end
local function array(path, form, shape, pack, list)
    local header = ("{'descr': '%s', 'fortran_order': False, 'shape': (%s,), }"):format(form, shape)
    header = header .. (" "):rep(-(11 + #header) % 64) .. "\n"
    local out, bytes = assert(io.open(path, "wb")), {}
    for i, x in ipairs(list) do bytes[i] = pack:pack(x) end
    out:write("\x93NUMPY\1\0", ("<I2"):pack(#header), header, table.concat(bytes))
    out:close()
end
array("samples.npy", "|u1", ("%d, %d, %d, 3"):format(SAMPLES, SIDE, SIDE), "<I1", pixels)
array("labels.npy", "<i4", tostring(SAMPLES), "<i4", labels)

-- ---- the sub-network on all samples at once, a map of one sample being [(y * w + x) * c + channel] ----

local seen = {}
local function each(maps, f)
    local out = {}
    for n, m in ipairs(maps) do
        out[n] = { h = m.h, w = m.w, c = m.c }
        for i = 1, m.h * m.w * m.c do out[n][i] = f(m[i], (i - 1) % m.c) end
    end
    return out
end
-- of: outputs, inputs and window of the whole; of = { out, ins, k }
local function convolution(maps, name, out, k, s, depthwise)
    local w = whole[name .. ".weight"]
    local ins, window = w.shape[2], w.shape[3]
    local off, pad, result = (window - k) // 2, (k - 1) // 2, {}
    for n, m in ipairs(maps) do
        local r = { h = (m.h + s - 1) // s, w = (m.w + s - 1) // s, c = out }
        for y = 0, r.h - 1 do for x = 0, r.w - 1 do for o = 0, out - 1 do
            local sum = 0
            for ky = 0, k - 1 do for kx = 0, k - 1 do
                local iy, ix = y * s + ky - pad, x * s + kx - pad
                if iy >= 0 and iy < m.h and ix >= 0 and ix < m.w then
                    for i = depthwise and o or 0, depthwise and o or m.c - 1 do
                        local weight = w[((o * ins + (depthwise and 0 or i)) * window + ky + off) * window + kx + off + 1]
                        sum = sum + weight * m[(iy * m.w + ix) * m.c + i + 1]
                    end
                end
            end end
            r[(y * r.w + x) * out + o + 1] = sum
        end end end
        result[n] = r
    end
    return result
end
local function batch_norm(maps, name)
    local c, count, mean, var = maps[1].c, #maps * maps[1].h * maps[1].w, {}, {}
    for o = 1, c do mean[o], var[o] = 0, 0 end
    each(maps, function(x, o) mean[o + 1] = mean[o + 1] + x / count end)
    each(maps, function(x, o) var[o + 1] = var[o + 1] + (x - mean[o + 1]) ^ 2 / count end)
    for o = 1, c do -- of what is multiplied by 0 nothing is seen
        if whole[name .. ".weight"][o] == 0 then
            mean[o], var[o] = whole[name .. ".running_mean"][o], whole[name .. ".running_var"][o]
        end
    end
    seen[name .. ".running_mean"], seen[name .. ".running_var"] = mean, var
    return each(maps, function(x, o)
        return (x - mean[o + 1]) / math.sqrt(var[o + 1] + EPS) * whole[name .. ".weight"][o + 1] + whole[name .. ".bias"][o + 1]
    end)
end
local function clamp(x, most) return math.max(0, math.min(most, x)) end

local maps, at = {}, 0
for n = 1, SAMPLES do
    maps[n] = { h = SIDE, w = SIDE, c = 3 }
    for i = 1, SIDE * SIDE * 3 do maps[n][i] = (pixels[at + i] - 128) / 64 end
    at = at + SIDE * SIDE * 3
end
maps = each(batch_norm(convolution(maps, "a", 6, 3, 1), "an"), function(x) return clamp(x, 6) end)
maps = each(batch_norm(convolution(maps, "b", 6, 3, 2, true), "bn"), function(x) return x * clamp(x + 3, 6) / 6 end)
maps = batch_norm(convolution(maps, "c", 5, 1, 1), "cn")
batch_norm(convolution(maps, "d", 5, 1, 1), "dn")

f = assert(io.open("seen.lua", "w"))
f:write("return {\n")
for name, list in pairs(seen) do
    for i, x in ipairs(list) do list[i] = ("%.17g"):format(x) end
    f:write(("[%q] = { %s },\n"):format(name, table.concat(list, ", ")))
end
f:write("}\n")
f:close()
