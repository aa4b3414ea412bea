-- SPDX-License-Identifier: MIT
-- A reader of saved nets written from docs/saved.md alone: lua5.4 saved.lua SAVE [NAME.h NET]
-- Prints what a save says of itself and its tensors.  With the header and the bytes of the net struct it was saved from
-- (of a little-endian machine) it compares every value and writes "ok" behind the tensors.
local function bytes_of(path)
    local file = assert(io.open(path, "rb"))
    return file:read("a"), file:close()
end

local function crc32(bytes, first, last)
    local crc = 0xffffffff
    for i = first, last do
        crc = crc ~ bytes:byte(i)
        for _ = 1, 8 do crc = crc >> 1 ~ (0xedb88320 & -(crc & 1)) end
    end
    return crc ~ 0xffffffff
end

local save = bytes_of(arg[1])
local magic, format, length, base, layout, step, samples, count, sum, head = ("<c4I4I4I4I4I4I4I4I4I4"):unpack(save)
assert(magic == "TYTL" and format == 2, "not a saved net")
assert(#save >= length, "cut short")
assert(head == crc32(save, 1, 36) and sum == crc32(save, 41, length), "damaged")
print(("base %08x layout %08x step %d samples %d"):format(base, layout, step, samples))

local formats = { [0] = "<f", [1] = "<I2", [2] = "<i4" }
local names = { [0] = "float32", [1] = "bfloat16", [2] = "int32" }
local tensors, at = {}, 41
for _ = 1, count do
    local offset, kind, rank, named, zero
    offset, kind, rank, named, zero, at = ("<I4BBBB"):unpack(save, at)
    assert(zero == 0)
    local t = { kind = names[kind], size = {}, value = {}, elements = 1 }
    for i = 1, rank do
        t.size[i], at = ("<I4"):unpack(save, at)
        t.elements = t.elements * t.size[i]
    end
    t.name = save:sub(at, at + named - 1)
    at = at + (named + 3) // 4 * 4
    local from = offset + 1
    for i = 1, t.elements do
        t.value[i], from = formats[kind]:unpack(save, from)
        if kind == 1 then t.value[i] = ("<f"):unpack(("<I4"):pack(t.value[i] << 16)) end
    end
    tensors[#tensors + 1] = t
end

local function print_tensors()
    for _, t in ipairs(tensors) do
        print(("%-34s %-8s %-14s %.9g .. %.9g"):format(t.name, t.kind, table.concat(t.size, "x"), t.value[1], t.value[t.elements]))
    end
end
print_tensors()
if not arg[2] then return end

-- The fields of the struct in their order; a field is found by the name that its tensor has in C.
local struct = bytes_of(arg[2]):match("typedef struct [%w_]+ {(.-)\n}")
local net, from, fields = bytes_of(arg[3]), 1, {}
for kind, name, sizes in struct:gmatch("\n%s*([%w_]+) ([%w_]+)([%[%]%d]*);") do
    local n = 1
    for d in sizes:gmatch("%d+") do n = n * tonumber(d) end
    local f = { float = "<f", uint16_t = "<I2", int32_t = "<i4", uint32_t = "<I4" }
    local field = {}
    for i = 1, n do
        field[i], from = f[kind]:unpack(net, from)
        if kind == "uint16_t" then field[i] = ("<f"):unpack(("<I4"):pack(field[i] << 16)) end
    end
    fields[name] = field
end
assert(from == #net + 1, "the struct has other fields")
assert(fields.steps[1] == step and fields.samples[1] == samples)

local range = 0
for _, t in ipairs(tensors) do
    local name, part, first = t.name:gsub("@%x+$", ""):gsub("[^%w]", "_"), nil, 0
    if t.kind == "int32" then name, first, range = "ranges", range, range + t.elements end
    if name == "corrections" then part = { fields.correction1[1], fields.correction2[1] } end
    local field = part or assert(fields[name], "no field " .. name)
    for i = 1, t.elements do
        assert(string.pack("n", field[first + i]) == string.pack("n", t.value[i]), t.name)
    end
    if not part and t.kind ~= "int32" then fields[name] = nil end
end
for _, name in ipairs { "rate", "ready", "samples", "steps", "correction1", "correction2", "ranges" } do fields[name] = nil end
assert(not next(fields), "not saved: " .. tostring(next(fields)))
print "ok"
