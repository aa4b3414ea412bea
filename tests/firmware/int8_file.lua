-- SPDX-License-Identifier: MIT
-- Writes safetensors files of int8 networks in the manner of MCUNet's: local file = dofile "int8_file.lua"
-- Values are drawn at random, of a size that keeps activations between 0 and 6.
local safetensors = dofile((debug.getinfo(1, "S").source:match("^@(.*/)") or "") .. "../safetensors.lua")
local file = {}

file.state = 1
local function random() -- xorshift32, as -1 .. 1
    file.state = file.state ~ (file.state << 13) & 0xffffffff
    file.state = file.state ~ (file.state >> 17)
    file.state = file.state ~ (file.state << 5) & 0xffffffff
    return file.state / 0x80000000 - 1
end

local tensors = {} -- name, dtype, shape, format of an element, values
local function tensor(name, dtype, shape, format, values)
    tensors[#tensors + 1] = { name = name, dtype = dtype, shape = shape, format = format, values = values }
end

function file.quantised(layer, role, scale, zero)
    tensor(layer .. "." .. role .. "_scale", "F64", "1", "<d", { scale })
    tensor(layer .. "." .. role .. "_zero_point", "I32", "1", "<i4", { zero })
end

file.image, file.relu6, file.linear = { 2 / 255, 0 }, { 6 / 255, -128 }, { 1 / 32, 0 } -- scale, zero point

-- A convolution: outputs, inputs of a group, kernel, what it reads and what it gives; zeros between its taps where they are
-- `apart` rows and columns from each other.
function file.conv(layer, out, depth, k, from, to, apart)
    apart = apart or 1
    local wide = (k - 1) * apart + 1
    local scales, weights, biases = {}, {}, {}
    local size = math.sqrt(6 / (depth * k * k)) -- He et al., 2015
    for o = 1, out do
        scales[o] = size / 127 * (1 + random() / 4)
        biases[o] = math.floor(0.3 * random() / (scales[o] * from[1]))
        for at = 0, depth * wide * wide - 1 do
            local tap = at // wide % wide % apart == 0 and at % wide % apart == 0
            weights[#weights + 1] = tap and math.floor(127 * random() + 0.5) or 0
        end
    end
    tensor(layer .. ".weight", "I8", ("%d,%d,%d,%d"):format(out, depth, wide, wide), "<i1", weights)
    tensor(layer .. ".weight_scale", "F32", tostring(out), "<f", scales)
    tensor(layer .. ".bias", "I32", tostring(out), "<i4", biases)
    file.quantised(layer, "input", from[1], from[2])
    file.quantised(layer, "output", to[1], to[2])
end

function file.wholes(name, values)
    tensor(name, "I32", tostring(#values), "<i4", values)
end

function file.bytes(name, values, shape)
    tensor(name, "I8", shape, "<i1", values)
end

function file.double(name, value)
    tensor(name, "F64", "1", "<d", { value })
end

function file.reals(name, values, shape)
    tensor(name, "F32", shape or tostring(#values), "<f", values)
end

function file.write(path)
    for _, t in ipairs(tensors) do
        for j, v in ipairs(t.values) do t.values[j] = t.format:pack(v) end
        t.bytes = table.concat(t.values)
    end
    safetensors.write(path, tensors)
end

return file
