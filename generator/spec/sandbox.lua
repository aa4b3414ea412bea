-- SPDX-License-Identifier: MIT
-- sandbox.lua: what of Lua's library works without end on bad arguments, written in Lua, where every step is counted:
-- patterns (their backtracking takes a time that is exponential in the pattern's length) and sorting (a comparison may
-- be anything; and this one is stable, so that the order is the same everywhere).  Runs before the prelude.
local charge, raise = ... -- counts work that is done in C; an error at the line of the user's that led here
local string, table = string, table
local byte, char, sub, lower, plain_find = string.byte, string.char, string.sub, string.lower, string.find
local concat, unpack = table.concat, table.unpack
local type, tostring, max, min = type, tostring, math.max, math.min

-- ---- patterns ----

local OPEN, POSITION, CAPTURES = -1, -2, 32 -- lengths of captures that are not closed, or are only a place

local function between(c, low, high) return c >= byte(low) and c <= byte(high) end

local classes = {}
function classes.l(c) return between(c, "a", "z") end
function classes.u(c) return between(c, "A", "Z") end
function classes.d(c) return between(c, "0", "9") end
function classes.a(c) return classes.l(c) or classes.u(c) end
function classes.w(c) return classes.a(c) or classes.d(c) end
function classes.x(c) return classes.d(c) or between(c, "a", "f") or between(c, "A", "F") end
function classes.s(c) return c == 32 or c >= 9 and c <= 13 end
function classes.c(c) return c < 32 or c == 127 end
function classes.g(c) return c > 32 and c < 127 end
function classes.p(c) return classes.g(c) and not classes.w(c) end

local function in_class(c, letter)
    local l = char(letter)
    if classes[l] then return classes[l](c) end
    local small = lower(l)
    if classes[small] then return not classes[small](c) end
    return letter == c
end

-- m: s, n the text and its length; p, pn the pattern; level, from, length of its captures
-- The place behind the item that begins at p: a letter, a class, a set.
local function item_end(m, p)
    local c = byte(m.p, p)
    if c == 37 then -- %
        if p == m.pn then raise("malformed pattern (ends with '%')") end
        return p + 2
    elseif c ~= 91 then -- [
        return p + 1
    end
    p = p + 1
    if byte(m.p, p) == 94 then p = p + 1 end -- ^
    repeat
        if p > m.pn then raise("malformed pattern (missing ']')") end
        p = p + (byte(m.p, p) == 37 and 2 or 1)
    until byte(m.p, p) == 93 -- ]
    return p + 1
end

-- The set from p, which is its '[', to last, its ']'.
local function in_set(m, c, p, last)
    local wanted, i = true, p + 1
    if byte(m.p, i) == 94 then wanted, i = false, i + 1 end
    while i < last do
        local at = byte(m.p, i)
        if at == 37 then
            if in_class(c, byte(m.p, i + 1)) then return wanted end
            i = i + 2
        elseif byte(m.p, i + 1) == 45 and i + 2 < last then -- -
            if c >= at and c <= byte(m.p, i + 2) then return wanted end
            i = i + 3
        else
            if c == at then return wanted end
            i = i + 1
        end
    end
    return not wanted
end

local function one(m, s, p, behind)
    if s > m.n then return false end
    local c, at = byte(m.s, s), byte(m.p, p)
    if at == 46 then return true end -- .
    if at == 37 then return in_class(c, byte(m.p, p + 1)) end
    if at == 91 then return in_set(m, c, p, behind - 1) end
    return c == at
end

local match

local function balanced(m, s, p)
    if p + 3 > m.pn then raise("malformed pattern (missing arguments to '%b')") end
    local open, close, depth = byte(m.p, p + 2), byte(m.p, p + 3), 1
    if byte(m.s, s) ~= open then return nil end
    for i = s + 1, m.n do
        local c = byte(m.s, i)
        if c == close then
            depth = depth - 1
            if depth == 0 then return i + 1 end
        elseif c == open then
            depth = depth + 1
        end
    end
end

local function frontier(m, s, p)
    if byte(m.p, p + 2) ~= 91 then raise("missing '[' after '%f' in pattern") end
    local behind = item_end(m, p + 2)
    local before, here = s > 1 and byte(m.s, s - 1) or 0, byte(m.s, s) or 0
    if not in_set(m, before, p + 2, behind - 1) and in_set(m, here, p + 2, behind - 1) then return behind end
end

local function same_as_capture(m, s, index)
    local l = index - 48
    if l < 1 or l > m.level or m.length[l] == OPEN then raise("invalid capture index %" .. l) end
    local length = m.length[l]
    if length ~= POSITION and sub(m.s, m.from[l], m.from[l] + length - 1) == sub(m.s, s, s + length - 1) then return s + length end
end

local function open_capture(m, s, p, length)
    if m.level >= CAPTURES then raise("too many captures") end
    m.level = m.level + 1
    m.from[m.level], m.length[m.level] = s, length
    local e = match(m, s, p)
    if not e then m.level = m.level - 1 end
    return e
end

local function close_capture(m, s, p)
    local l = m.level
    while l > 0 and m.length[l] ~= OPEN do l = l - 1 end
    if l == 0 then raise("invalid pattern capture") end
    m.length[l] = s - m.from[l]
    local e = match(m, s, p)
    if not e then m.length[l] = OPEN end
    return e
end

-- Item p, repeated as often as it can be, then less often; the rest of the pattern from `rest` on.
local function most(m, s, p, behind, least)
    local n = 0
    while one(m, s + n, p, behind) do n = n + 1 end
    for k = n, least, -1 do
        local e = match(m, s + k, behind + 1)
        if e then return e end
    end
end

local function fewest(m, s, p, behind)
    while true do
        local e = match(m, s, behind + 1)
        if e or not one(m, s, p, behind) then return e end
        s = s + 1
    end
end

-- What begins with %: true and the places to go on from; or false, if it is an ordinary item.
local function special(m, s, p)
    local c = byte(m.p, p + 1)
    if c == 98 then return true, balanced(m, s, p), p + 4 end -- b
    if c == 102 then -- f
        local behind = frontier(m, s, p)
        return true, behind and s, behind
    end
    if c and c >= 48 and c <= 57 then return true, same_as_capture(m, s, c), p + 2 end
    return false
end

-- The place behind the match of the pattern from p on at s; nil if there is none.
function match(m, s, p)
    while p <= m.pn do
        local c = byte(m.p, p)
        if c == 40 then -- (
            if byte(m.p, p + 1) == 41 then return open_capture(m, s, p + 2, POSITION) end
            return open_capture(m, s, p + 1, OPEN)
        elseif c == 41 then -- )
            return close_capture(m, s, p + 1)
        elseif c == 36 and p == m.pn then -- $
            return s == m.n + 1 and s or nil
        end
        local done, next_s, next_p = false, nil, nil
        if c == 37 then done, next_s, next_p = special(m, s, p) end
        if done then
            if not next_s then return nil end
            s, p = next_s, next_p
        else
            local behind = item_end(m, p)
            local sign = byte(m.p, behind)
            if sign == 42 then return most(m, s, p, behind, 0) end -- *
            if sign == 43 then return most(m, s, p, behind, 1) end -- +
            if sign == 45 then return fewest(m, s, p, behind) end -- -
            if sign == 63 then -- ?
                local e = one(m, s, p, behind) and match(m, s + 1, behind + 1)
                if e then return e end
                p = behind + 1
            elseif one(m, s, p, behind) then
                s, p = s + 1, behind
            else
                return nil
            end
        end
    end
    return s
end

local function text_of(v, index, name)
    if type(v) == "number" then return tostring(v) end
    if type(v) ~= "string" then
        raise("bad argument #" .. index .. " to '" .. name .. "' (string expected, got " .. type(v) .. ")")
    end
    return v
end

local function machine(s, p, name)
    local text, pattern = text_of(s, 1, name), text_of(p, 2, name)
    return { s = text, n = #text, p = pattern, pn = #pattern, level = 0, from = {}, length = {} }
end

local function capture(m, i, s, e)
    if i > m.level then
        if i > 1 then raise("invalid capture index %" .. i) end
        return sub(m.s, s, e - 1)
    end
    if m.length[i] == OPEN then raise("unfinished capture") end
    return m.length[i] == POSITION and m.from[i] or sub(m.s, m.from[i], m.from[i] + m.length[i] - 1)
end

-- All captures, or where there are none and `whole`, the match.
local function captures(m, s, e, whole)
    local list = {}
    for i = 1, whole and max(m.level, 1) or m.level do list[i] = capture(m, i, s, e) end
    return list
end

-- The first match from `init` on: its first place, and the one behind it.
local function search(m, init)
    local first, s = 1, init
    if byte(m.p, 1) == 94 then first = 2 end
    repeat
        m.level = 0
        local e = match(m, s, first)
        if e then return s, e end
        s = s + 1
    until s > m.n + 1 or first == 2
end

local function start_of(init, n)
    init = init or 1
    if init < 0 then init = max(n + init + 1, 1) end
    return max(init, 1)
end

function string.find(s, p, init, plain)
    local m = machine(s, p, "find")
    init = start_of(init, m.n)
    if init > m.n + 1 then return nil end
    if plain or not plain_find(m.p, "[%^%$%*%+%?%.%(%[%%%-]") then
        charge(m.pn * max(m.n - init, 1) // 8)
        return plain_find(m.s, m.p, init, true)
    end
    local at, e = search(m, init)
    if at then return at, e - 1, unpack(captures(m, at, e)) end
    return nil
end

function string.match(s, p, init)
    local m = machine(s, p, "match")
    init = start_of(init, m.n)
    if init > m.n + 1 then return nil end
    local at, e = search(m, init)
    if at then return unpack(captures(m, at, e, true)) end
    return nil
end

function string.gmatch(s, p, init)
    local m = machine(s, p, "gmatch")
    local at, last = start_of(init, m.n), nil
    return function()
        while at <= m.n + 1 do
            m.level = 0
            local e = match(m, at, 1)
            if e and e ~= last then
                local list = captures(m, at, e, true)
                at, last = e, e
                return unpack(list)
            end
            at = at + 1
        end
    end
end

-- "%1 of %0" with captures.
local function expanded(m, r, s, e)
    local parts, i = {}, 1
    while i <= #r do
        local c, n = byte(r, i), byte(r, i + 1)
        if c ~= 37 then
            parts[#parts + 1] = char(c)
            i = i + 1
        else
            if n == 37 then parts[#parts + 1] = "%"
            elseif n == 48 then parts[#parts + 1] = sub(m.s, s, e - 1)
            elseif n and n >= 49 and n <= 57 then parts[#parts + 1] = tostring(capture(m, n - 48, s, e))
            else raise("invalid use of '%' in replacement string") end
            i = i + 2
        end
    end
    return concat(parts)
end

local function replacement(m, r, s, e)
    local v
    if type(r) == "string" then return expanded(m, r, s, e) end
    if type(r) == "table" then v = r[capture(m, 1, s, e)] else v = r(unpack(captures(m, s, e, true))) end
    if not v then return sub(m.s, s, e - 1) end
    if type(v) == "number" then return tostring(v) end
    if type(v) ~= "string" then raise("invalid replacement value (a " .. type(v) .. ")") end
    return v
end

function string.gsub(s, p, r, limit)
    local m = machine(s, p, "gsub")
    if type(r) == "number" then r = tostring(r) end
    if type(r) ~= "string" and type(r) ~= "table" and type(r) ~= "function" then
        raise("bad argument #3 to 'gsub' (string/function/table expected, got " .. type(r) .. ")")
    end
    local anchored = byte(m.p, 1) == 94
    local at, last, count, parts = 1, nil, 0, {}
    while not limit or count < limit do
        m.level = 0
        local e = match(m, at, anchored and 2 or 1)
        if e and e ~= last then
            count = count + 1
            parts[#parts + 1] = replacement(m, r, at, e)
            at, last = e, e
        elseif at <= m.n then
            parts[#parts + 1] = sub(m.s, at, at)
            at = at + 1
        else
            break
        end
        if anchored then break end
    end
    parts[#parts + 1] = sub(m.s, at)
    return concat(parts), count
end

-- ---- sorting ----

local function merge(from, to, low, middle, high, before)
    local i, j = low, middle
    for k = low, high - 1 do
        if i < middle and (j >= high or not before(from[j], from[i])) then
            to[k], i = from[i], i + 1
        else
            to[k], j = from[j], j + 1
        end
    end
end

function table.sort(t, before)
    before = before or function(a, b) return a < b end
    local n, width, from, to = #t, 1, t, {}
    while width < n do
        for low = 1, n, 2 * width do
            merge(from, to, low, min(low + width, n + 1), min(low + 2 * width, n + 1), before)
        end
        from, to, width = to, from, 2 * width
    end
    if from ~= t then
        for i = 1, n do t[i] = from[i] end
    end
end
