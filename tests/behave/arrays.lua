-- SPDX-License-Identifier: MIT
-- Data for tests.
--     arrays.lua FILE u1|i1|f4|f8|l 8x4x4x3 [CLASSES]   a NumPy array; l: labels.  A class has a level of its own.
--     arrays.lua FILE picture SIDE SHADE                a PPM
local path, kind = arg[1], arg[2]
local file = assert(io.open(path, "wb"))
if kind == "picture" then
    local side, shade = tonumber(arg[3]), tonumber(arg[4])
    file:write(("P6 %d %d 255\n"):format(side, side))
    for i = 1, side * side * 3 do file:write(string.char((shade + i % 7) % 256)) end
else
    local n, count = 0, 1
    for size in arg[3]:gmatch("%d+") do count = count * tonumber(size) end
    local samples, classes = tonumber(arg[3]:match("%d+")), tonumber(arg[4] or "2")
    local form = ({ u1 = "|u1", i1 = "|i1", f4 = "<f4", f8 = "<f8", l = "<i4" })[kind]
    local header = ("{'descr': '%s', 'fortran_order': False, 'shape': (%s,), }\n"):format(form, arg[3]:gsub("x", ", "))
    file:write("\x93NUMPY\1\0", string.pack("<I2", #header), header)
    for i = 0, count - 1 do
        local sample = i * samples // count
        local class = sample % classes -- a class has a level of its own
        if kind == "l" then file:write(string.pack("<i4", class))
        elseif kind == "u1" then file:write(string.char(class * 90 + (i * 7 + sample) % 30))
        elseif kind == "i1" then file:write(string.pack("b", class * 60 - 60 + (i * 7 + sample) % 20))
        elseif kind == "f4" then file:write(string.pack("<f", class + (i * 7 + sample) % 30 / 60))
        else file:write(string.pack("<d", class)) end
    end
end
file:close()
