-- SPDX-License-Identifier: MIT
-- Weights of a super-network for parts.sh, and what became of them.
--     parts.lua write FILE [flat]       flat: its matrix has no inverse
--     parts.lua compare BEFORE AFTER    the part that the spec reads is another one, all else is as it was
local safetensors = dofile((arg[0]:match(".*/") or "") .. "../safetensors.lua")

local state = 7
local function random() -- of a linear congruence, -1 .. 1
    state = (state * 1103515245 + 12345) % 2147483648
    return state / 1073741824 - 1
end

local formats = { F64 = "<d", F32 = "<f", I32 = "<i4", I8 = "<i1" }

-- Of each tensor: its type, its shape, and the part that parts.sh's network has; hwc: inputs are the last of its axes.
local tensors = {
    { "a.5to3", "F32", { 9, 9 } },
    { "a.weight", "F32", { 6, 3, 5, 5 }, { 4, 2, 3, 3 } },
    { "a.bias", "F32", { 6 }, { 0 } }, -- what learns of it is the norm's
    { "n.weight", "F32", { 6 }, { 0 } },
    { "n.bias", "F32", { 6 }, { 4 } },
    { "n.running_mean", "F32", { 6 }, { 0 } },
    { "n.running_var", "F32", { 6 }, { 0 } },
    { "c.weight", "I8", { 6, 1, 7, 7 }, { 4, 1, 3, 3 } },
    { "c.weight_scale", "F32", { 6 } },
    { "c.bias", "I32", { 6 }, { 4 } },
    { "c.input_scale", "F32", { 1 } },
    { "b.weight", "F64", { 8, 6, 1, 1 }, { 4, 4, 1, 1 } },
    { "b.bias", "F32", { 8 }, { 4 } },
    { "d.weight", "F32", { 4, 2, 2, 8 }, { 3, 2, 2, 4 }, hwc = true },
    { "d.bias", "F32", { 4 }, { 3 } },
    { "elsewhere.weight", "F32", { 5 } },
}

local function value(name, kind, i, flat)
    if name == "a.5to3" then return flat and 1 or (i % 10 == 0 and 1 or 0) + random() / 8 end
    if name:find("_scale") then return 1 / 64 + (random() + 1) / 256 end
    if name:find("_var") or name == "n.weight" then return 1 + random() / 2 end
    if kind == "I8" or kind == "I32" then return math.floor(60 * random()) end
    return random() / 2
end

local function write(path, flat)
    local list = {}
    for k, t in ipairs(tensors) do
        local count, bytes = 1, {}
        for _, n in ipairs(t[3]) do count = count * n end
        for i = 1, count do bytes[i] = formats[t[2]]:pack(value(t[1], t[2], i - 1, flat)) end
        local shape = t[1] == "d.weight" and "4,32" or table.concat(t[3], ",")
        list[k] = { name = t[1], dtype = t[2], shape = shape, bytes = table.concat(bytes) }
    end
    safetensors.write(path, list)
end

local function read(path)
    local text = assert(io.open(path, "rb")):read("a")
    local length = ("<I8"):unpack(text)
    local found = {}
    for name, kind, first, last in text:sub(9, 8 + length):gmatch('"([^"]+)":{"dtype":"(%w+)","shape":%[[%d,]*%],"data_offsets":%[(%d+),(%d+)%]') do
        local values, at = {}, 9 + length + tonumber(first)
        while at < 9 + length + tonumber(last) do values[#values + 1], at = formats[kind]:unpack(text, at) end
        found[name] = { kind = kind, values = values }
    end
    return found
end

-- Where element i stands in a tensor of such axes, from 0; whether that is inside its part.
local function inside(t, i)
    local shape, part = t[3], t[4]
    if not part then return false end
    for d = #shape, 1, -1 do
        local at, centred = i % shape[d], not t.hwc and d > 2
        local from = centred and (shape[d] - part[d]) // 2 or 0
        if at < from or at >= from + part[d] then return false end
        i = i // shape[d]
    end
    return true
end

local function float32(x) return (("<f"):unpack(("<f"):pack(x))) end

local function compare(before, after)
    for _, t in ipairs(tensors) do
        local name, was, is = t[1], before[t[1]], after[t[1]]
        if name == "c.weight_scale" then
            assert(not is, "the scale of weights that are floats now is still there")
        else
            assert(is and #is.values == #was.values, name .. " has another size")
            local changed, count = 0, 0
            for i, v in ipairs(was.values) do
                local scale = before["c.weight_scale"].values
                if was.kind == "I8" then v = v * scale[(i - 1) // 49 + 1] end
                if was.kind == "I32" then v = v * scale[i] * before["c.input_scale"].values[1] end
                if inside(t, i - 1) then
                    count, changed = count + 1, changed + (float32(v) ~= is.values[i] and 1 or 0)
                    assert(math.abs(v - is.values[i]) < 2, name .. " is far from what it was")
                else
                    assert(float32(v) == is.values[i], ("%s: element %d is outside the part"):format(name, i))
                end
            end
            assert(changed * 2 >= count, ("%s: %d of %d values changed"):format(name, changed, count))
        end
    end
end

if arg[1] == "write" then
    write(arg[2], arg[3] == "flat")
else
    compare(read(arg[2]), read(arg[3]))
end
