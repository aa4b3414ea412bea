-- SPDX-License-Identifier: MIT
-- Writes safetensors files: local safetensors = dofile "safetensors.lua"
local M = {}

local widths = { F64 = 8, F32 = 4, I32 = 4, I8 = 1 }

-- The header lists the tensors { name =, dtype =, shape = "3,4", bytes = }, which are sorted: the widest elements first.
function M.write(path, tensors)
    table.sort(tensors, function(a, b)
        if widths[a.dtype] ~= widths[b.dtype] then return widths[a.dtype] > widths[b.dtype] end
        return a.name < b.name
    end)
    local entries, bytes, at = {}, {}, 0
    for i, t in ipairs(tensors) do
        entries[i] = ('"%s":{"dtype":"%s","shape":[%s],"data_offsets":[%d,%d]}'):format(t.name, t.dtype, t.shape, at, at + #t.bytes)
        bytes[i], at = t.bytes, at + #t.bytes
    end
    local header = "{" .. table.concat(entries, ",") .. "}"
    header = header .. (" "):rep(-#header % 8)
    local out = assert(io.open(path, "wb"))
    out:write(("<I8"):pack(#header), header, table.concat(bytes))
    out:close()
end

return M
