-- SPDX-License-Identifier: MIT
-- Puts clocks into the kernels of an emitted file, and a main() behind it that runs training steps:
-- lua5.4 clocks.lua NET.c > program.c; see step.c for what it prints.
local text = assert(io.open(arg[1])):read "a"
local name = text:match "\nint ([%w_]+)_train%(" or error(arg[1] .. ": nothing learns in it")
local here = arg[0]:match "^(.*/)" or "./"

local kernels, out, comment = {}, {}, ""

-- "blocks.2.pointwise1, blocks.3.pointwise1: 786432 MACs" stands before a kernel, or behind one of a line. The products of one layer.
local function products(line) return tonumber((line .. comment):match ":? (%d+) MACs" or 0) end

local head -- of a function: its parameters may take several lines
for line in text:gmatch "([^\n]*)\n" do
    if line:find "^[%u_ ]*KERNEL void " then head = "" end
    if head then
        head = head .. line
        if line:find "{" then
            if head:find "ARGS_" or head:find "int y0" and not head:find "_scratch %*s" then -- not a sweep or a task
                kernels[#kernels + 1] = ('    {"%s", %d},'):format(head:match "void ([%w_]+)", products(line))
                line = line:gsub("{", ("{ CLOCK(%d);"):format(#kernels - 1), 1)
            end
            head = nil
        end
    end
    comment = line:find "MACs" and line or line:find "^ ?[%*/]" and comment or ""
    out[#out + 1] = line
end

local function count(what) return text:match("#define " .. name:upper() .. "_" .. what .. " (%d+)") end
local step = assert(io.open(here .. "step.c")):read "a"
local before, behind = step:match "^(.-\n)/%* %-%- the network %-%- %*/\n(.*)$"
io.write(("#define KERNELS %d\n"):format(#kernels), before, table.concat(out, "\n"), "\n",
    "static const struct kernel kernels[KERNELS] = {\n", table.concat(kernels, "\n"), "\n};\n",
    (behind:gsub("NET_", name .. "_"):gsub("TITLE_", name:upper() .. "_")))
