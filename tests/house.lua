-- SPDX-License-Identifier: MIT
-- house.lua GENERATOR LIBRARY: what keeps the house easy to walk through.
--
--     one struct, union or enum a tag, one room a file name      a name that is met says where it leads
--     no circle of files, by the symbols in the library          what is read first is read whole
--     rooms, files and functions of a size that can be read
--
-- GENERATOR is the folder with the rooms, LIBRARY the archive that was made of them.
local folder, library = arg[1], arg[2]
local LARGEST_ROOM, LARGEST_FILE, LARGEST_FUNCTION = 4800, 520, 66
local wrong = 0

local function complain(...)
    wrong = wrong + 1
    print(string.format(...))
end

local function output(command)
    local pipe = assert(io.popen(command))
    return function()
        local line = pipe:read("l")
        if not line then pipe:close() end
        return line
    end
end

-- Names that were met, and where; a second meeting elsewhere is a complaint.
local function unique(what)
    local at = {}
    return function(name, place, shown)
        if at[name] and at[name] ~= place then
            complain("%s: the %s '%s' is also in %s", shown or place, what, name, at[name])
        end
        at[name] = at[name] or place
    end
end

-- ---- files ----

local tag, stem = unique "tag", unique "file name"
local room_lines = {}

-- Functions as clang-format writes them: from a line that begins in the first column to "}" there.
local function read(path)
    local room, name = path:match("^" .. folder .. "/(.*)/([^/]+)%.[ch]$")
    local lines, opened, words = 0, nil, nil
    for line in io.lines(path) do
        lines = lines + 1
        local kind, found = line:match("%f[%a](%l+) ([%w_]+) {")
        if kind == "struct" or kind == "union" or kind == "enum" then tag(found, path) end
        if line == "{" then opened = lines end
        if line:match("^}") and opened then
            if lines - opened + 1 > LARGEST_FUNCTION then
                complain("%s:%d: a function of %d lines", path, opened, lines - opened + 1)
            end
            opened = nil
        end
    end
    if lines > LARGEST_FILE then complain("%s: %d lines", path, lines) end
    if room then
        stem(name, room, path)
        room_lines[room] = (room_lines[room] or 0) + lines
    end
end

for path in output("find '" .. folder .. "' -name '*.[ch]' | LC_ALL=C sort") do read(path) end
for room, lines in pairs(room_lines) do
    if lines > LARGEST_ROOM then complain("%s/: %d lines", room, lines) end
end

-- ---- circles ----

local home, uses, objects = {}, {}, {}
for line in output("nm -A '" .. library .. "'") do
    local object, kind, symbol = line:match(":([^:]+)%.c%.o:%x* *(%a) ([%w_]+)$")
    if object then
        if not uses[object] then
            uses[object] = {}
            objects[#objects + 1] = object
        end
        if kind == "U" then uses[object][symbol] = true
        elseif kind:match "%u" then home[symbol] = object end
    end
end
table.sort(objects)

-- Tarjan's strongly connected components (1972): each is a circle.
local index, low, stack, on, count = {}, {}, {}, {}, 0
local function visit(file)
    count = count + 1
    index[file], low[file], on[file] = count, count, true
    stack[#stack + 1] = file
    for symbol in pairs(uses[file]) do
        local other = home[symbol]
        if other and other ~= file then
            if not index[other] then
                visit(other)
                low[file] = math.min(low[file], low[other])
            elseif on[other] then
                low[file] = math.min(low[file], index[other])
            end
        end
    end
    if low[file] ~= index[file] then return end
    local circle = {}
    repeat
        local top = table.remove(stack)
        on[top] = nil
        circle[#circle + 1] = top .. ".c"
    until top == file
    if #circle > 1 then
        table.sort(circle)
        complain("a circle of files: %s", table.concat(circle, ", "))
    end
end
for _, file in ipairs(objects) do
    if not index[file] then visit(file) end
end
if #objects < 100 then complain("%s: %d files only", library, #objects) end
os.exit(wrong == 0)
