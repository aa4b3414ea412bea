-- The deepest stack of any call, from gcc's -fcallgraph-info=su: nodes are functions with the bytes of
-- their frames, edges are calls.    lua5.4 stack.lua FILE.ci...    prints "bytes  chain"
local frame, calls, root = {}, {}, {}
for _, path in ipairs(arg) do
    for line in io.lines(path) do
        local title, label = line:match('^node: { title: "([^"]*)" label: "([^"]*)"')
        if title then frame[title] = tonumber(label:match("(%d+) bytes")) end
        local from, to = line:match('^edge: { sourcename: "([^"]*)" targetname: "([^"]*)"')
        if from then
            calls[from] = calls[from] or {}
            table.insert(calls[from], to)
        end
    end
end
for title in pairs(frame) do
    if not title:find(":") then root[#root + 1] = title end -- global: the API
end
table.sort(root)

-- What is not in the file (memcpy, expf, __aeabi_fmul ...) is a leaf; `leaf` bytes stand for its frame.
local leaf, memo = 64, {}
local function deepest(f)
    if memo[f] then return table.unpack(memo[f]) end
    if not frame[f] then return leaf, f end
    local most, chain = 0, nil
    for _, g in ipairs(calls[f] or {}) do
        assert(g ~= f, "recursion in " .. f)
        local bytes, below = deepest(g)
        if bytes > most then most, chain = bytes, below end
    end
    memo[f] = { frame[f] + most, f .. " " .. frame[f] .. (chain and ", " .. chain or "") }
    return table.unpack(memo[f])
end

local most, where = 0, ""
for _, f in ipairs(root) do
    local bytes, chain = deepest(f)
    if bytes > most then most, where = bytes, chain end
end
print(most, (where:gsub("[^ ]*:", "")))
