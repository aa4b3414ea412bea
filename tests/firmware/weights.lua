-- Weights for small.lua, int8 in the manner of MCUNet's files: lua5.4 weights.lua small.safetensors
-- Drawn at random, of a size that keeps activations between 0 and 6.  Lite modules start at random by themselves.
local state = 1
local function random() -- xorshift32, as -1 .. 1
    state = state ~ (state << 13) & 0xffffffff
    state = state ~ (state >> 17)
    state = state ~ (state << 5) & 0xffffffff
    return state / 0x80000000 - 1
end

local tensors = {} -- name, dtype, shape, format of an element, values
local function tensor(name, dtype, shape, format, values)
    tensors[#tensors + 1] = { name = name, dtype = dtype, shape = shape, format = format, values = values }
end

local function quantised(layer, role, scale, zero)
    tensor(layer .. "." .. role .. "_scale", "F64", "1", "<d", { scale })
    tensor(layer .. "." .. role .. "_zero_point", "I32", "1", "<i4", { zero })
end

local image, relu6, linear = { 2 / 255, 0 }, { 6 / 255, -128 }, { 1 / 32, 0 } -- scale, zero point

-- A convolution: outputs, inputs of a group, kernel, what it reads and what it gives.
local function conv(layer, out, depth, k, from, to)
    local scales, weights, biases = {}, {}, {}
    local size = math.sqrt(6 / (depth * k * k)) -- He et al., 2015
    for o = 1, out do
        scales[o] = size / 127 * (1 + random() / 4)
        biases[o] = math.floor(0.3 * random() / (scales[o] * from[1]))
        for _ = 1, depth * k * k do weights[#weights + 1] = math.floor(127 * random() + 0.5) end
    end
    tensor(layer .. ".weight", "I8", ("%d,%d,%d,%d"):format(out, depth, k, k), "<i1", weights)
    tensor(layer .. ".weight_scale", "F32", tostring(out), "<f", scales)
    tensor(layer .. ".bias", "I32", tostring(out), "<i4", biases)
    quantised(layer, "input", from[1], from[2])
    quantised(layer, "output", to[1], to[2])
end

local function block(name, input, hidden, k, out)
    if hidden ~= input then conv(name .. ".pointwise1", hidden, input, 1, linear, relu6) end
    conv(name .. ".depthwise", hidden, 1, k, hidden ~= input and linear or relu6, relu6)
    conv(name .. ".pointwise2", out, hidden, 1, relu6, linear)
    if input == out then quantised(name .. ".residual", "output", linear[1], linear[2]) end
end

conv("first", 8, 3, 3, image, relu6)
conv("b0.depthwise", 8, 1, 3, relu6, relu6)
conv("b0.pointwise2", 8, 8, 1, relu6, linear)
quantised("b0.residual", "output", linear[1], linear[2])
block("b1", 8, 20, 7, 12)
block("b2", 12, 27, 5, 12)
conv("grouped", 12, 4, 3, linear, relu6)
conv("b3.pointwise1", 24, 12, 1, relu6, relu6)
conv("b3.depthwise", 24, 1, 3, relu6, relu6)
conv("b3.pointwise2", 16, 24, 1, relu6, linear)

-- The header lists the tensors, whose bytes follow, the widest elements first.
local width = { F64 = 8, F32 = 4, I32 = 4, I8 = 1 }
table.sort(tensors, function(a, b)
    if width[a.dtype] ~= width[b.dtype] then return width[a.dtype] > width[b.dtype] end
    return a.name < b.name
end)
local entries, bytes, at = {}, {}, 0
for i, t in ipairs(tensors) do
    for j, v in ipairs(t.values) do t.values[j] = t.format:pack(v) end
    bytes[i] = table.concat(t.values)
    entries[i] = ('"%s":{"dtype":"%s","shape":[%s],"data_offsets":[%d,%d]}'):format(t.name, t.dtype, t.shape, at, at + #bytes[i])
    at = at + #bytes[i]
end
local header = "{" .. table.concat(entries, ",") .. "}"
header = header .. (" "):rep(-#header % 8)
local file = assert(io.open(arg[1], "wb"))
file:write(("<I8"):pack(#header), header, table.concat(bytes))
file:close()
