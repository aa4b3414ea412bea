-- SPDX-License-Identifier: MIT
-- monotone.lua TINYTL_GEN FOLDER_OF_TESTS WORK FIRST LAST
--
-- What learns less never needs more: without a pattern of `update`, with a slice instead of a whole weight or of a larger
-- slice, with gradients of int8 instead of int16, neither bound nor bytes of the smallest plan grow by more than 2 % (packing, which is a search) and 64 bytes.
-- TOLERANCE and SLACK are others, to look at what is left.  A larger budget never costs more work; one is refused only
-- if the smallest plan does not fit.
-- The default takes no more than 1 % more work than the fastest plan, and no plan of its list beats it.
local gen, tests, dir, first, last = arg[1], arg[2], arg[3], tonumber(arg[4]), tonumber(arg[5])
local tolerance, slack = tonumber(os.getenv('TOLERANCE') or 0.02), tonumber(os.getenv('SLACK') or 64)
local failed, compared, budgets, planned = 0, 0, 0, {}

local function write(path, text)
    local f = assert(io.open(path, "w"))
    f:write(text)
    f:close()
end

-- The numbers of a report, or nil and the exit code.
local function plan(what, options)
    local key = what .. " " .. options
    if planned[key] then return planned[key] end
    local pipe = io.popen(("cd %s && %s plan %s %s --report=json 2>messages"):format(dir, gen, what, options))
    local text = pipe:read("a")
    local _, _, code = pipe:close()
    if code ~= 0 then return nil, code end
    local function number(name) return math.tointeger(text:match('"' .. name .. '":%s*(%d+)')) end
    local p = { total = number("total"), bound = number("lower_bound"), train = number("scratch_train"), infer = number("scratch_infer"),
        net = number("net"), offers = {} }
    p.scratch = math.max(p.train, p.infer)
    for ram, work, taken in text:gmatch('"ram":%s*(%d+),%s*"bytes":%s*%d+,%s*"recompute":%s*%d+,%s*"work":%s*(%d+),%s*"taken":%s*(%a+)') do
        local x = { ram = math.tointeger(ram), work = math.tointeger(work) }
        p.offers[#p.offers + 1] = x
        if taken == "true" then p.taken = x end
    end
    planned[key] = p
    return p
end

local function fail(...)
    failed = failed + 1
    print("FAIL " .. string.format(...))
end

local function less(what, more, fewer)
    local a, b = plan(more, "--smallest"), plan(fewer, "--smallest")
    if not a or not b then return end
    compared = compared + 1
    for _, key in ipairs { "bound", "scratch" } do
        if b[key] > a[key] * (1 + tolerance) + slack then
            fail("%s: %s of the smallest plan is %d, of more %d", what, key, b[key], a[key])
        end
    end
end

-- Of the plans listed that fit, none within 1 % of the least work takes less memory than the one that is taken.
local function check_list(what, p, budget)
    local least = math.huge
    for _, x in ipairs(p.offers) do
        if x.ram <= budget then least = math.min(least, x.work) end
    end
    for _, x in ipairs(p.offers) do
        if x.work * 100 <= least * 101 and x.ram < p.taken.ram then
            fail("%s: %d bytes for %d are taken, %d for %d listed", what, p.taken.ram, p.taken.work, x.ram, x.work)
        end
    end
end

local function work_within(what, option, budget)
    local p, code = plan(what, option .. " " .. budget)
    if not p and code ~= 3 then fail("%s %s %d: exit code %d", what, option, budget, code) end
    if p and option == "--ram" then check_list(("%s %s %d"):format(what, option, budget), p, budget) end
    return p and p.taken.work
end

-- Budgets from the smallest plan's bytes to the fastest's.
local function check_budgets(what)
    local small, fast, default = plan(what, "--smallest"), plan(what, "--fastest"), plan(what, "")
    if not small or not fast or not default then return end
    if default.taken.work * 100 > fast.taken.work * 101 + 100 then
        fail("%s: the default takes %d, the fastest plan %d", what, default.taken.work, fast.taken.work)
    end
    check_list(what, default, math.huge)
    for _, x in ipairs(default.offers) do
        if x ~= default.taken and x.ram <= default.taken.ram and x.work <= default.taken.work then
            fail("%s: the default, %d bytes for %d, is beaten by %d for %d", what, default.taken.ram, default.taken.work, x.ram, x.work)
        end
    end
    for _, option in ipairs { "--ram", "--scratch" } do
        local key, before = option == "--ram" and "total" or "train", nil
        for i = 0, 4 do
            local budget = small[key] + (math.max(fast[key], small[key]) - small[key]) * i // 4
            local work = work_within(what, option, budget)
            budgets = budgets + 1
            if not work then
                fail("%s %s %d: refused, though the smallest plan fits in %d", what, option, budget, small[key])
            elseif before and work > before then
                fail("%s %s %d: more work than with less, %d after %d", what, option, budget, work, before)
            end
            before = work or before
        end
    end
end

-- Variants of NAME.lua: `change` is Lua with t, what train or precision were called with.
local count = 0
local function variant(name, constructor, change)
    count = count + 1
    write(("%s/v%d.lua"):format(dir, count), ([[
local make = %s
function %s(t) %s; return make(t) end
include "%s.lua"
]]):format(constructor, constructor, change, name))
    return ("v%d.lua"):format(count)
end

local slice = "local u = t.update; if type(u) == 'string' then u = { u } end; local x = u[%d]; if type(x) == 'table' then " ..
    "x.inputs, x.outputs = x.inputs and x.inputs / %d, x.outputs and x.outputs / %d end"

-- One weight learns besides, all of it or a slice.
local function slices(title, name, weight)
    local function learning(what) return variant(name, "train", ("if type(t.update) ~= 'table' then t.update = { t.update } end; table.insert(t.update, 1, %s)"):format(what)) end
    local whole = learning(('"%s"'):format(weight))
    for _, side in ipairs { "inputs", "outputs" } do
        local larger
        for _, part in ipairs { "7 / 8", "1 / 2", "1 / 8" } do
            local slice = learning(('{ "%s", %s = %s }'):format(weight, side, part))
            less(("%s: %s of %s of %s"):format(title, part, side, weight), whole, slice)
            if larger then less(("%s: %s of %s of %s, compared with more"):format(title, part, side, weight), larger, slice) end
            larger = slice
        end
    end
end

-- Weights of a spec's text that may be sliced.
local function weights_in(text)
    local list = {}
    for kind, name, rest in text:gmatch('%f[%w](%w+) { "([%w_]+)"([^\n]*)') do
        if (kind == "conv" or kind == "dense") and not rest:find("groups") then list[#list + 1] = name .. ".weight" end
        if kind == "mbconv" then list[#list + 1], list[#list + 2] = name .. ".pointwise1.weight", name .. ".pointwise2.weight" end
    end
    return list
end

local function drawn(seed)
    os.execute(("%s %s/../fuzz/specs.lua %d %s"):format(arg[-1], tests, seed, dir))
    local name = "drawn" .. seed
    local f = assert(io.open(dir .. "/net.lua"))
    local text = f:read("a"):gsub("budget%s*%b{}", "")
    f:close()
    write(("%s/%s.lua"):format(dir, name), text)
    local whole = name .. ".lua"
    if not text:find("train") or not plan(whole, "--smallest") then return end
    local title = "seed " .. seed
    for i = 1, 6 do
        local without = variant(name, "train", ("if type(t.update) ~= 'table' or not t.update[%d] or not t.update[2] then error('none') end; table.remove(t.update, %d)"):format(i, i))
        less(title .. " without pattern " .. i, whole, without)
    end
    if text:find("inputs =") or text:find("outputs =") then
        for i = 1, 4 do -- a slice that is all of its weight becomes none by being halved: it is of two maps then
            local half = variant(name, "train", slice:format(i, 2, 2))
            less(title .. " slice " .. i, half, variant(name, "train", slice:format(i, 4, 4)))
        end
    end
    local weights = weights_in(text)
    if #weights > 0 then slices(title, name, weights[seed % #weights + 1]) end
    if text:find('gradient = "int16"') then
        less(title .. " int8 gradients", whole, variant(name, "precision", "t.gradient = 'int8'"))
    end
    check_budgets(whole)
    planned = {}
end

-- A chain of integers: specs.lua draws few that are small and learn weights between integers.
local function int8_chain(seed)
    math.randomseed(seed)
    for _ = 1, 8 do math.random() end
    local function pick(...) return (select(math.random(select("#", ...)), ...)) end
    local formats, tensors, lines, convs = { F32 = "<f", F64 = "<d", I32 = "<i4", I8 = "<i1" }, {}, {}, {}
    local function tensor(name, dtype, shape, value)
        local bytes, count = {}, 1
        for _, n in ipairs(shape) do count = count * n end
        for i = 1, count do bytes[i] = formats[dtype]:pack(value()) end
        tensors[#tensors + 1] = { name = name, dtype = dtype, shape = table.concat(shape, ","), bytes = table.concat(bytes) }
    end
    local function line(...) lines[#lines + 1] = string.format(...) end
    local size, c = pick(4, 8, 12, 16, 24), pick(1, 3, 8)
    line('name "chain"; weights "chain%d.safetensors"', seed)
    line('input { h = %d, w = %d, c = %d, type = "uint8", scale = 0.02, zero_point = 128%s }', size, size, c, pick("", ', place = "scratch"'))
    for i = 1, math.random(2, 6) do
        local k, s, kind, act = pick(1, 1, 3, 5), pick(1, 1, 1, 2), pick("conv", "conv", "dwconv"), pick("", ', act = "relu6"', ', act = "relu"')
        local out = kind == "conv" and pick(3, 4, 8, 12, 16, 24, 32) or c
        local name, ins = "l" .. i, kind == "conv" and c or 1
        line('%s { "%s", %sk = %d, s = %d%s }', kind, name, kind == "conv" and ("out = %d, "):format(out) or "", k, s, act)
        tensor(name .. ".weight", "I8", { out, ins, k, k }, function() return math.random(-127, 127) end)
        tensor(name .. ".weight_scale", "F32", { out }, function() return math.sqrt(6 / (ins * k * k)) / 127 end)
        tensor(name .. ".bias", "I32", { out }, function() return math.random(-300, 300) end)
        for _, role in ipairs { "input", "output" } do
            tensor(name .. "." .. role .. "_scale", "F64", { 1 }, function() return 0.02 end)
            tensor(name .. "." .. role .. "_zero_point", "I32", { 1 }, function() return 0 end)
        end
        if kind == "conv" then convs[#convs + 1] = name .. ".weight" end
        c = out
    end
    line('global_pool {}\ndense { "cls", out = 4, init = "random" }')
    line("train { update = { %s }, optimizer = sgd { rate = 0.01 } }", pick('"cls.*"', '"cls.*", "*.bias"', '"cls.bias"'))
    line('precision { forward = "int8", gradient = "%s" }', pick("float32", "int16", "int8"))
    local name = "chain" .. seed
    write(("%s/%s.lua"):format(dir, name), table.concat(lines, "\n") .. "\n")
    dofile(tests .. "/../safetensors.lua").write(("%s/%s.safetensors"):format(dir, name), tensors)
    return name, convs
end

-- Slices of outputs in networks of integers; of most of a weight see docs/spec.md.
local function int8_slices(seed)
    local name, convs = int8_chain(seed)
    for _, weight in ipairs(convs) do
        local function learning(what) return variant(name, "train", ("table.insert(t.update, 1, %s)"):format(what)) end
        local whole = learning(('"%s"'):format(weight))
        for _, part in ipairs { "1 / 4", "1 / 8" } do
            less(("chain %d: %s of outputs of %s"):format(seed, part, weight), whole, learning(('{ "%s", outputs = %s }'):format(weight, part)))
        end
    end
    planned = {}
end

for seed = first, last do
    drawn(seed)
    for k = 3 * seed - 2, 3 * seed do int8_slices(k) end
end

local function zoo(name, more, fewer)
    local spec = tests .. "/../../specs/" .. name .. ".lua "
    less(name .. " " .. fewer, spec .. more, spec .. fewer)
end
for _, name in ipairs { "mbv2-w0.35", "mcunet-5fps", "proxyless-w0.3" } do
    zoo(name, "-D scheme=lite+bias", "-D scheme=lite+bias -D from=1")
    zoo(name, "-D scheme=lite+bias", "-D scheme=lite")
    zoo(name, "-D scheme=lite+bias -D from=1", "-D scheme=bias -D from=1")
    for _, side in ipairs { "inputs", "outputs" } do
        local slices = ("-D scheme=slices -D from=2 -D slice_of=%s -D slice="):format(side)
        zoo(name, slices .. "1", slices .. "0.875")
        zoo(name, slices .. "0.875", slices .. "0.25")
    end
end
print(("%d pairs, %d budgets"):format(compared, budgets))
os.exit(failed == 0)
