-- SPDX-License-Identifier: MIT
-- The weights file of a spec that specs.lua draws: tensors for a layer, of values in bounds or at the limits of their types.
local dice, how = ... -- how: int8, from_file, extreme
local safetensors = dofile(debug.getinfo(1, "S").source:match("^@(.*/)") .. "../safetensors.lua")
local chance, pick, between, power = dice.chance, dice.pick, dice.between, dice.power
local int8, from_file, extreme = how.int8, how.from_file, how.extreme

local tensors = {}
local formats = { F64 = "<d", F32 = "<f", I32 = "<i4", I8 = "<i1" }

local function tensor(name, dtype, shape, value)
    local count, bytes = 1, {}
    for _, n in ipairs(shape) do count = count * n end
    for i = 1, count do bytes[i] = formats[dtype]:pack(value(i)) end
    tensors[#tensors + 1] = { name = name, dtype = dtype, shape = table.concat(shape, ","), bytes = table.concat(bytes) }
end

local function scale()
    if not extreme or chance(0.5) then return 2.0 ^ between(-9, -2) end
    return pick(power(-38, 38), power(-12, 12), power(-5, 5), 1e-45, 1.17e-38, 3e38)
end

-- A file's values of floats, of a size that keeps a network of them in bounds, or not.
local function reals(depth)
    local kind = extreme and pick("zero", "huge", "tiny", "mixed", "usual", "usual") or "usual"
    local size = math.sqrt(6 / depth)
    return function()
        if kind == "zero" then return 0 end
        if kind == "huge" then return pick(1, -1) * 1e30 end
        if kind == "tiny" then return pick(1, -1) * 1e-42 end
        if kind == "mixed" then return pick(1, -1) * power(-44, 38) end
        return size * between(-1, 1)
    end
end

local function bytes()
    local kind = extreme and pick("zero", "least", "most", "ends", "usual", "usual") or "usual"
    return function()
        if kind == "zero" then return 0 end
        if kind == "least" then return -128 end
        if kind == "most" then return 127 end
        return kind == "ends" and pick(-128, 127) or math.random(-127, 127)
    end
end

local function zero_point()
    return pick(0, -128, 127, math.random(-128, 127))
end

local function file_scales(layer, role)
    local s, z = scale(), zero_point()
    tensor(layer .. "." .. role .. "_scale", "F64", { 1 }, function() return s end)
    tensor(layer .. "." .. role .. "_zero_point", "I32", { 1 }, function() return z end)
end

-- The tensor of the file that a layer reads a part of, and the attribute that says so; seldom.  Wider windows have the same centre.
-- window: whether it may be one.
local function larger(shape, window)
    if not from_file or chance(0.65) then return shape, "" end
    local whole, said = { table.unpack(shape) }, {}
    for i = 1, window and 2 or 1 do whole[i] = shape[i] + (shape[i] > 1 and pick(0, 1, 3) or 0) end
    if not window then whole[1] = shape[1] + pick(0, 1, 3) end
    if window and shape[3] == shape[4] then
        local more = pick(0, 2, 4)
        whole[3], whole[4] = shape[3] + more, shape[4] + more
        if chance(0.5) then said[#said + 1] = "k = " .. whole[3] end
    end
    if chance(0.5) then said[#said + 1] = "out = " .. whole[1] end
    return whole, (", of = { %s }"):format(table.concat(said, ", ")), true
end

-- Steps from a window to the centre of it, where the file has them.
local function matrices(layer, shape, whole)
    local k = whole[3]
    while k and k > shape[3] and whole[3] == whole[4] and chance(0.5) do
        tensor(("%s.%dto%d"):format(layer, k, k - 2), "F32", { (k - 2) * (k - 2), (k - 2) * (k - 2) }, reals((k - 2) * (k - 2)))
        k = k - 2
    end
end

local function weights(layer, shape, bias, whole)
    if not from_file then return end
    if whole and chance(int8 and 0.1 or 0.5) then matrices(layer, shape, whole) end
    shape = whole or shape
    local depth = (shape[2] or 1) * (shape[3] or 1) * (shape[4] or 1)
    if not int8 or chance(0.15) then
        tensor(layer .. ".weight", "F32", shape, reals(depth))
        if bias then tensor(layer .. ".bias", "F32", { shape[1] }, reals(4)) end
        return
    end
    local each, common = chance(0.8), scale()
    local size = math.sqrt(6 / depth) / 127
    tensor(layer .. ".weight", "I8", shape, bytes())
    tensor(layer .. ".weight_scale", "F32", { each and shape[1] or 1 }, function()
        if not extreme or chance(0.7) then return size * between(0.7, 1.4) end
        return each and chance(0.2) and pick(scale(), 0) or common
    end)
    if bias and chance(0.7) then
        local kind = extreme and pick("usual", "ends", "any") or "usual"
        tensor(layer .. ".bias", "I32", { shape[1] }, function()
            if kind == "ends" then return pick(0x7fffffff, -0x80000000, 0) end
            return kind == "any" and math.random(-0x80000000, 0x7fffffff) or math.random(-3000, 3000)
        end)
    elseif bias then
        tensor(layer .. ".bias", "F32", { shape[1] }, reals(4))
    end
    if chance(0.98) then file_scales(layer, "input") end
    if chance(0.98) then file_scales(layer, "output") end
end

local function norm_weights(layer, c, batch)
    if not from_file then return end
    tensor(layer .. ".weight", "F32", { c }, reals(4))
    tensor(layer .. ".bias", "F32", { c }, reals(4))
    if not batch then return end
    tensor(layer .. ".running_mean", "F32", { c }, reals(4))
    tensor(layer .. ".running_var", "F32", { c }, function() return extreme and pick(0, 1e30, 1e-40, 1) or between(0.2, 3) end)
end

return {
    tensors = tensors, formats = formats, tensor = tensor, reals = reals, scale = scale, zero_point = zero_point, file_scales = file_scales,
    larger = larger, weights = weights, norm_weights = norm_weights, write = function(path) safetensors.write(path, tensors) end,
}
