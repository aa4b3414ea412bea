-- SPDX-License-Identifier: MIT
-- The checker of the last stage: emitted.lua NAME.c... reads what was emitted, with its header beside it, and says
--
--     what a template left behind, numbers that say nothing (x * 1, 1 * x, x + 0), names that end in a version;
--     addresses AT_... that are there twice, that nothing uses, or that lie outside NAME_SCRATCH_BYTES;
--     static functions that nothing calls.
--
-- The compilers see none of these: a template's mark may stand in a string, an address is only a number.
local failed = false

local function complain(file, line, what)
    print(("%s:%d: %s"):format(file, line, what))
    failed = true
end

local function read(path)
    local f = assert(io.open(path, "rb"))
    local text = f:read "a"
    f:close()
    return text
end

-- Comments and strings become blanks, so that what is left is the program, on the same lines.
local function program_of(text)
    local function blank(s) return (s:gsub("[^\n]", " ")) end
    return (text:gsub("/%*.-%*/", blank):gsub('"[^"\n]*"', blank))
end

local says_nothing = { "[%w_%)%]] %* 1%f[^%w_.]", "%f[%w_.]1 %* ", "[%w_%)%]] / 1%f[^%w_.]", "[%w_%)%]] [+-] 0%f[^%w_.]" }

local function check_lines(file, program)
    local number = 0
    for line in (program .. "\n"):gmatch "(.-)\n" do
        number = number + 1
        for _, pattern in ipairs(says_nothing) do
            if line:find(pattern) then complain(file, number, "a number says nothing: " .. line:match "^%s*(.*)") end
        end
        if line:find "%$%(" or line:find "^%%" then complain(file, number, "left by a template: " .. line) end
        if line:find "[%l%d]_v%d+%s*%(" then complain(file, number, "a name has a version: " .. line:match "^%s*(.*)") end
    end
end

local function line_of(text, at)
    return select(2, text:sub(1, at):gsub("\n", "")) + 1
end

local function uses(program, name)
    return select(2, program:gsub("%f[%w_]" .. name .. "%f[^%w_]", ""))
end

-- Addresses that are told for the reader alone share their number with one that is used.
local function check_addresses(file, text, program, scratch)
    local seen, number_used, told = {}, {}, {}
    for at, name, offset in program:gmatch "()%f[%w_](AT_[%w_]+) = (%d+)" do
        if seen[name] then complain(file, line_of(text, at), name .. " is there twice") end
        seen[name] = true
        offset = math.tointeger(offset)
        if scratch and offset >= scratch then complain(file, line_of(text, at), ("%s lies outside the scratch of %d bytes"):format(name, scratch)) end
        if uses(program, name) > 1 then number_used[offset] = true end
        told[#told + 1] = { at, name, offset }
    end
    for _, t in ipairs(told) do
        if not number_used[t[3]] then complain(file, line_of(text, t[1]), t[2] .. " is used by nothing") end
    end
end

local function check_functions(file, text, program)
    for at, line, name in program:gmatch "()\n(%a[%w_ %*]-)%f[%w_]([%w_]+)%([^;{}]*%)%s*\n{" do
        if line:find "^KERNEL" or line:find "^TILE" or line:find "^static" then
            if uses(program, name) < 2 then complain(file, line_of(text, at) + 1, name .. " is called by nothing") end
        end
    end
end

for _, file in ipairs(arg) do
    local text = read(file)
    local program = program_of(text)
    local scratch = read((file:gsub("%.c$", ".h"))):match "_SCRATCH_BYTES (%d+)"
    check_lines(file, program)
    check_addresses(file, text, program, math.tointeger(scratch))
    check_functions(file, text, program)
end
os.exit(not failed)
