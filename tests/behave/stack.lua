-- SPDX-License-Identifier: MIT
-- The deepest stack of any call: lua5.4 stack.lua FRAMES ASSEMBLER    prints "bytes  chain"
-- FRAMES comes from -fstack-usage, a line a function; ASSEMBLER from -S: an instruction that names a function is a call.
-- What is not in the file (memcpy, expf, __aeabi_fmul ...) is a leaf; `leaf` bytes stand for its frame.
local leaf = 64
local frame, calls, global = {}, {}, {}
for line in io.lines(arg[1]) do
    local name, bytes = line:match("([^:\t]+)\t(%d+)")
    local size = tonumber(bytes) + (line:find("dynamic") and 64 or 0) -- the frame is aligned
    frame[name] = math.max(frame[name] or 0, size)
end
-- gcc names its copies of a function conv.constprop.0 there and conv.constprop here.
local function known(name)
    if frame[name] then return name end
    name = name:gsub("%.%d+$", "")
    return frame[name] and name or nil
end

local inside
for line in io.lines(arg[2]) do
    local label, directive = line:match("^([%w_.$]+):"), line:match("^%s+%.globa?l%s+([%w_.$]+)")
    if directive then global[directive] = true end
    if label and label:sub(1, 2) ~= ".L" then
        inside = known(label)
        if inside then calls[inside] = calls[inside] or {} end
    elseif inside and not line:match("^%s*[.#@/]") then
        for name in (line:match("^%s+[%w.]+%s+(.*)") or ""):gmatch("[%a_][%w_.$]*") do
            if known(name) and known(name) ~= inside then calls[inside][known(name)] = true end
        end
    end
end

local memo = {}
local function deepest(f)
    if memo[f] then return table.unpack(memo[f]) end
    memo[f] = { math.huge, "recursion in " .. f }
    local most, chain = leaf, "a leaf"
    for g in pairs(calls[f] or {}) do
        local bytes, below = deepest(g)
        if bytes > most then most, chain = bytes, below end
    end
    memo[f] = { frame[f] + most, f .. " " .. frame[f] .. ", " .. chain }
    return table.unpack(memo[f])
end

local most, where = 0, ""
for f in pairs(frame) do
    if global[f] then
        local bytes, chain = deepest(f)
        if bytes > most or (bytes == most and chain < where) then most, where = bytes, chain end
    end
end
print(most, where)
