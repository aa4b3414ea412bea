-- SPDX-License-Identifier: MIT
-- architecture.lua GENERATOR: the rooms of the generator as an SVG, made from its includes.
--
-- A room stands above all that it includes; an arrow leads to each of those that no other arrow leads to already.  What a
-- room is for says its header, and what it gives to the next is a struct that its header declares.
local folder = arg[1]

-- What flows: the main thing that a room makes for those above it.
local gives = {
    spec = "spec", tensors = "tensor_file", graph = "graph", pack = "placement", schedule = "program",
    plan = "plan", emit = "emitted", pipeline = "product", ["import/model"] = "model", ["import/writer"] = "imported",
    cli = "cli",
}

local function output(command)
    local pipe = assert(io.popen(command))
    local lines = {}
    for line in pipe:lines() do lines[#lines + 1] = line end
    pipe:close()
    return lines
end

local function whole(path)
    local file = assert(io.open(path))
    local text = file:read("a")
    file:close()
    return text
end

-- ---- rooms and their includes ----

local rooms, by_name = {}, {}
for _, path in ipairs(output("cd '" .. folder .. "' && find . -mindepth 2 -name '*.[ch]' | LC_ALL=C sort")) do
    local name = path:match("^%./(.*)/[^/]+$")
    if not by_name[name] then
        by_name[name] = {name = name, includes = {}, floor = 0}
        rooms[#rooms + 1] = by_name[name]
    end
    local room, text = by_name[name], whole(folder .. "/" .. path)
    for included in text:gmatch('#include "([%w_/]+)/[%w_]+%.h"') do
        if included ~= name then room.includes[included] = true end
    end
    local struct = gives[name]
    if struct and path:match "%.h$" and text:find("struct " .. struct .. " {", 1, true) then room.gives = "struct " .. struct end
end
for _, room in ipairs(rooms) do
    local last = room.name:match("[^/]+$")
    local what = whole(folder .. "/" .. room.name .. "/" .. last .. ".h"):match("/%* " .. last .. ": ([^\n]+)")
    room.what = assert(what, room.name .. ": its header does not begin with what it is for"):gsub("%s*%*/.*", ""):gsub("[.:;]%s.*", ""):gsub("%.$", "")
    assert(room.gives or not gives[room.name], room.name .. ": no header declares struct " .. tostring(gives[room.name]))
end

local function reaches(from, to)
    for name in pairs(from.includes) do
        if name == to or reaches(by_name[name], to) then return true end
    end
    return false
end

local function floor_of(room)
    local floor = 0
    for name in pairs(room.includes) do floor = math.max(floor, floor_of(by_name[name]) + 1) end
    return floor
end

local floors = {}
for _, room in ipairs(rooms) do
    room.floor = floor_of(room)
    floors[room.floor] = floors[room.floor] or {}
    table.insert(floors[room.floor], room)
    room.lines = {}
    for name in pairs(room.includes) do
        local direct = true
        for other in pairs(room.includes) do
            direct = direct and not (other ~= name and reaches(by_name[other], name))
        end
        if direct then room.lines[#room.lines + 1] = by_name[name] end
    end
    table.sort(room.lines, function(a, b) return a.name < b.name end)
end

-- ---- where they stand ----

local WIDTH, BOX, HEIGHT, GAP, MARGIN = 1280, 208, 82, 48, 16

-- A room stands near the middle of those that it includes.
for floor = 0, #floors do
    local list = floors[floor]
    for i, room in ipairs(list) do
        local sum = 0
        for _, below in ipairs(room.lines) do sum = sum + below.x end
        room.wish = #room.lines > 0 and sum // #room.lines or WIDTH * (2 * i - 1) // (2 * #list)
    end
    table.sort(list, function(a, b)
        if a.wish ~= b.wish then return a.wish < b.wish end
        return a.name < b.name
    end)
    for i, room in ipairs(list) do
        room.x = WIDTH * (2 * i - 1) // (2 * #list)
        room.y = MARGIN + (#floors - floor) * (HEIGHT + GAP)
    end
end

-- ---- arrows: between boxes, never behind one ----

local NEAR, BESIDE = 14, 9 -- free space beside a box; between arrows that pass it on one side

local arrows = {}
for _, room in ipairs(rooms) do
    for _, below in ipairs(room.lines) do arrows[#arrows + 1] = {from = room, to = below} end
end

-- Arrows of a room leave and arrive side by side, in the order of their other ends.
local function spread(own, other, set)
    for _, room in ipairs(rooms) do
        local list = {}
        for _, arrow in ipairs(arrows) do
            if arrow[own] == room then list[#list + 1] = arrow end
        end
        table.sort(list, function(a, b)
            if a[other].x ~= b[other].x then return a[other].x < b[other].x end
            return a[other].name < b[other].name
        end)
        for i, arrow in ipairs(list) do arrow[set] = room.x + (2 * i - #list - 1) * 12 end
    end
end
spread("from", "to", "x0")
spread("to", "from", "x1")

-- Where an arrow that wants to be at x passes a floor: there, or at the nearer side of the box that stands there.
local passed = {}
local function free_place(floor, x)
    for _, room in ipairs(floors[floor]) do
        local away = BOX // 2 + NEAR
        if math.abs(x - room.x) < away then
            local side = room.name .. (x < room.x and "<" or ">")
            passed[side] = (passed[side] or -1) + 1
            away = away + passed[side] * BESIDE
            return x < room.x and room.x - away or room.x + away
        end
    end
    return x
end

for _, arrow in ipairs(arrows) do
    local floors_between = arrow.from.floor - arrow.to.floor
    local x = arrow.x0
    for floor = arrow.from.floor - 1, arrow.to.floor + 1, -1 do
        x = free_place(floor, x + (arrow.x1 - x) // (floor - arrow.to.floor + 1))
        arrow[#arrow + 1] = {x = x, y = floors[floor][1].y}
    end
    assert(#arrow == floors_between - 1)
end

-- ---- the picture ----

local function put(...) io.write(string.format(...), "\n") end

local function words_in_lines(text, most)
    local lines = {""}
    for word in text:gmatch("%S+") do
        local line = lines[#lines]
        if #line + #word + 1 > most and line ~= "" then
            lines[#lines + 1] = word
        else
            lines[#lines] = line == "" and word or line .. " " .. word
        end
    end
    return lines
end

local function escaped(text)
    return (text:gsub("&", "&amp;"):gsub("<", "&lt;"):gsub(">", "&gt;"))
end

local height = 2 * MARGIN + (#floors + 1) * HEIGHT + #floors * GAP
put('<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 %d %d" font-family="sans-serif">', WIDTH, height)
put('<!-- made by tools/architecture.lua from the includes of generator/ -->')
put('<title>The rooms of the generator, and which of them includes which</title>')
put('<style>text{fill:#222;text-anchor:middle;font-size:12px}.n{font-weight:bold;font-size:14px}.g{font-family:monospace;' ..
    'font-size:11px;fill:#06c}rect{fill:#f6f6f2;stroke:#888}path{fill:none;stroke:#888}marker path{fill:#888;stroke:none}' ..
    '@media(prefers-color-scheme:dark){svg{background:#181818}text{fill:#ddd}.g{fill:#7bf}rect{fill:#282828;stroke:#777}path{stroke:#888}}</style>')
put('<marker id="head" viewBox="0 0 8 8" refX="7" refY="4" markerWidth="8" markerHeight="8" orient="auto"><path d="M0 0L8 4L0 8z"/></marker>')
for _, arrow in ipairs(arrows) do
    local x, y = arrow.x0, arrow.from.y + HEIGHT
    local path = {("M%d %d"):format(x, y)}
    local function curve_to(to_x, to_y)
        local middle = (y + to_y) // 2
        path[#path + 1] = ("C%d %d %d %d %d %d"):format(x, middle, to_x, middle, to_x, to_y)
    end
    for _, place in ipairs(arrow) do -- beside the boxes of a floor it goes straight down
        curve_to(place.x, place.y)
        x, y = place.x, place.y + HEIGHT
        path[#path + 1] = ("V%d"):format(y)
    end
    curve_to(arrow.x1, arrow.to.y)
    put('<path d="%s" marker-end="url(#head)"/>', table.concat(path))
end
for _, room in ipairs(rooms) do
    put('<rect x="%d" y="%d" width="%d" height="%d" rx="5"/>', room.x - BOX // 2, room.y, BOX, HEIGHT)
    put('<text class="n" x="%d" y="%d">%s/</text>', room.x, room.y + 17, room.name)
    for i, line in ipairs(words_in_lines(room.what, 30)) do
        assert(i <= 3, room.name .. ": three lines tell what it is for")
        put('<text x="%d" y="%d">%s</text>', room.x, room.y + 18 + 14 * i, escaped(line))
    end
    if room.gives then put('<text class="g" x="%d" y="%d">%s</text>', room.x, room.y + HEIGHT - 5, room.gives) end
end
put '</svg>'
