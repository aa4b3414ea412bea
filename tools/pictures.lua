-- SPDX-License-Identifier: MIT
-- pictures.lua IMAGES.npy LABELS.npy FOLDER: an array of pictures (uint8, N x H x W x 3 or 1) as files, a sub-folder a
-- class: what `tinytl-gen train` and `quantize` resize to a network's input.
local function open(path)
    local file = assert(io.open(path, "rb"))
    local head = file:read(10)
    assert(head and head:sub(1, 6) == "\x93NUMPY", path .. ": not a NumPy array")
    local length = head:byte(7) == 1 and string.unpack("<I2", head, 9) or
                   string.unpack("<I4", head:sub(9) .. file:read(2))
    local header, shape = file:read(length), {}
    for n in header:match("'shape': %(([^)]*)%)"):gmatch("%d+") do shape[#shape + 1] = tonumber(n) end
    assert(header:find("'fortran_order': False"), path .. ": expected C order")
    return file, header:match("'descr': '[<|]([^']*)'"), shape
end

local images, kind, shape = open(arg[1])
local labels, label_kind = open(arg[2])
local count, h, w, c = table.unpack(shape)
c = c or 1
assert(kind == "u1" and (c == 1 or c == 3), arg[1] .. ": expected uint8, N x H x W x 3 or 1")
local made, bytes = {}, tonumber(label_kind:sub(2))
for n = 1, count do
    local class = string.unpack("<" .. (label_kind:sub(1, 1) == "u" and "I" or "i") .. bytes, labels:read(bytes))
    local folder = ("%s/%03d"):format(arg[3], class)
    if not made[folder] then made[folder] = os.execute(("mkdir -p '%s'"):format(folder)) end
    local file = assert(io.open(("%s/%05d.%s"):format(folder, n, c == 3 and "ppm" or "pgm"), "wb"))
    file:write(("P%d %d %d 255\n"):format(c == 3 and 6 or 5, w, h), images:read(h * w * c))
    file:close()
end
