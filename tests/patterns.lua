-- SPDX-License-Identifier: MIT
-- patterns.lua SANDBOX.LUA [ROUNDS [SEED]]: the sandbox's find, match, gmatch, gsub and sort do what Lua's own do: on
-- patterns and texts drawn at random, errors included.
local rounds, seed = tonumber(arg[2] or 60000), tonumber(arg[3] or 1)
local own = {}
for k, v in pairs(string) do own[k] = v end
local own_sort = table.sort
math.randomseed(seed)
assert(loadfile(arg[1]))(function() end, function(message) error(message, 0) end)

local pieces = { "a", "b", "c", ".", "%a", "%d", "%s", "%w", "%W", "%x", "%p", "%u", "%%", "[ab]", "[^a]", "[a-c]", "[%d_]",
    "[]a]", "[^]]", "[a-]", "(", ")", "()", "%1", "%2", "%b()", "%bab", "%f[%w]", "^", "$", "*", "+", "-", "?", "%", "[", "]",
    "1", " ", "_" }
local letters = { "a", "b", "c", "1", "2", " ", "_", "(", ")", "A", "%", "]", "-", "\n" }
local function draw(list, most)
    local t = {}
    for i = 1, math.random(0, most) do t[i] = list[math.random(#list)] end
    return table.concat(t)
end

-- The results as one text; an error as "error", whatever its words: Lua's name places.
local function said(f, ...)
    local r = table.pack(pcall(f, ...))
    if not r[1] then return "error" end
    for i = 1, r.n do r[i] = tostring(r[i]) end
    return table.concat(r, "|", 1, r.n)
end
local function all(gmatch)
    return function(s, p, init)
        local t = {}
        for a, b, c in gmatch(s, p, init) do t[#t + 1] = tostring(a) .. "," .. tostring(b) .. "," .. tostring(c) end
        return table.concat(t, ";")
    end
end

local wrong = 0
local function same(what, a, b, ...)
    if a == b then return end
    wrong = wrong + 1
    if wrong <= 10 then print("WRONG", what, ...) print("  Lua's: " .. a) print("  ours:  " .. b) end
end
local words = { a = "x", b = 7, c = false }
local function replace(a) return words[a] or nil end
for _ = 1, rounds do
    local s, p, init = draw(letters, 10), draw(pieces, 6), math.random(-12, 12)
    if math.random(2) == 1 then init = nil end
    same("find", said(own.find, s, p, init), said(string.find, s, p, init), s, p, init)
    same("plain", said(own.find, s, p, init, true), said(string.find, s, p, init, true), s, p, init)
    same("match", said(own.match, s, p, init), said(string.match, s, p, init), s, p, init)
    same("gmatch", said(all(own.gmatch), s, p, init), said(all(string.gmatch), s, p, init), s, p, init)
    local limit = math.random(3) == 1 and math.random(-1, 3) or nil
    for _, r in ipairs { draw({ "x", "%0", "%1", "%2", "%%", "%", "y" }, 3), words, replace } do
        same("gsub", said(own.gsub, s, p, r, limit), said(string.gsub, s, p, r, limit), s, p, tostring(r), limit)
    end
end
for _ = 1, rounds // 100 do
    local a, b = {}, {}
    for i = 1, math.random(0, 40) do a[i] = math.random(20) b[i] = a[i] end
    local before = math.random(2) == 1 and function(x, y) return x > y end or nil
    own_sort(a, before)
    table.sort(b, before)
    same("sort", table.concat(a, ","), table.concat(b, ","))
end
print(("%d rounds, %d wrong"):format(rounds, wrong))
os.exit(wrong == 0)
