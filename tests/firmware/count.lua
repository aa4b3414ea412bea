-- SPDX-License-Identifier: MIT
-- Tables of instructions for count.sh.
--     nm -S | count.lua symbols NET.c                                     the plugin's list of functions
--     count.lua kernels|line NET.c REPORT.json PREDICT TRAIN TARGET OPTIONS     a table, or a line of one
local form, source = table.unpack(arg)

local function contents(path)
    local f = assert(io.open(path, "rb"))
    local text = f:read("a")
    f:close()
    return text
end

-- A compiler's variants of a function bear its name and an ending.
local function plain(name) return (name:gsub("%..*", "")) end

if form == "heading" then
    print(("%-16s %-10s %9s %9s %8s %9s %9s %8s  %s"):format("network", "target", "predict", "MACs", "ratio",
        "train", "MACs", "ratio", "options"))
    return
end

-- Kernels of the emitted file, with the layers that their comments name.
local text, users = contents(source), {}
for before, name, line in text:gmatch("()\n[%u_ ]*KERNEL void ([%w_]+)([^\n]*)") do
    users[name] = {}
    local above = text:sub(math.max(before - 4000, 1), before - 1)
    local list = line:match("[})] /%* (.*) %*/$") or above:match(".*Used by: (.-)%*/$") or above:match(".*\n/%* (.-) %*/$") or ""
    list = list:gsub(": %d+ MACs$", "")
    for layer in list:gsub("\n %*", " "):gmatch("[^%s,]+") do users[name][layer] = true end
end

if form == "symbols" then
    local own = "softmax_cross_entropy mean_squared_error gradient_check sgd sgd_momentum adam apply learn range_step crc32 "
        .. "main draw draw_picture measured say say_hex say_float say_number semihost stack_of reset leave fault nothing train predict save "
    local name_of_net = source:match("([%w_]+)%.c$")
    local lines = {}
    for line in io.lines() do
        local address, size, kind, name = line:match("^(%x+) (%x+) (%a) (%S+)")
        if kind == "t" or kind == "T" then
            local p = plain(name)
            local owner = users[p] or p:find("^train_") or p:find("^predict_") or p:find("^" .. name_of_net .. "_") or own:find(p .. " ", 1, true)
            lines[#lines + 1] = ("%08x %s %s %s"):format(tonumber(address, 16) & ~1, size, p, owner and "owner" or "helper")
        end
    end
    table.sort(lines)
    print(table.concat(lines, "\n"))
    return
end

local report = contents(arg[3])
local function number(group, key) return tonumber(report:match('"' .. group .. '":.-"' .. key .. '":%s*(%d+)')) end
local forward, backward, again = number("macs", "forward"), number("macs", "backward"), number("macs", "recompute")

local macs = {} -- [operator][layer]
for layer, operator, n in report:gmatch('"name":%s*"([^"]*)",%s*"operator":%s*"([^"]*)",%s*"pass":%s*"[^"]*",%s*"macs":%s*(%d+)') do
    macs[operator] = macs[operator] or {}
    macs[operator][layer] = (macs[operator][layer] or 0) + tonumber(n)
end

local function operator_of(kernel)
    local best
    for operator in pairs(macs) do
        if kernel:sub(1, #operator + 1) == operator .. "_" and (not best or #operator > #best) then best = operator end
    end
    return best
end

-- Instructions of one run: of all that the net does, and of each function.
local outside = "main draw draw_picture measured say say_hex say_float say_number semihost stack_of reset leave fault nothing train predict save elsewhere "
local function run(path)
    local of, sum = {}, 0
    for line in io.lines(path) do
        local name, n = line:match("^(%S+) (%d+)")
        if not outside:find(name .. " ", 1, true) and not (name .. "_"):find("_init_") and not (name .. "_"):find("_save_") and name ~= "crc32" then
            of[name] = (of[name] or 0) + tonumber(n)
            sum = sum + tonumber(n)
        end
    end
    -- A layer's work counts for one kernel of those that ran: the first by name, where a gradient comes in parts.
    local work = {}
    for operator, layers in pairs(macs) do
        for layer, n in pairs(layers) do
            local chosen
            for kernel in pairs(of) do
                if users[kernel] and users[kernel][layer] and operator_of(kernel) == operator and
                    (not chosen or kernel < chosen) then chosen = kernel end
            end
            if chosen then work[chosen] = (work[chosen] or 0) + n end
        end
    end
    return of, sum, work
end

local predict, predict_sum, predict_work = run(arg[4])
local train, train_sum, train_work = run(arg[5])
local train_macs = forward + backward + again
local net, target, options = source:match("([%w_]+)%.c$"), arg[6], arg[7]:gsub("%-D weights=%S+ ?", "")

local function short(n)
    return n >= 1e6 and ("%.2f M"):format(n / 1e6) or n >= 1e4 and ("%.1f k"):format(n / 1e3) or tostring(n)
end

if form == "line" then
    print(("%-16s %-10s %9s %9s %8.2f %9s %9s %8.2f  %s"):format(net, target, short(predict_sum), short(forward),
        predict_sum / forward, short(train_sum), short(train_macs), train_sum / train_macs, options))
    return
end

print(("%s, %s, %s"):format(net, target, options))
local function kernels(title, of, sum, work, all, forward_again)
    print(("\n%-52s %12s %11s %6s %9s"):format(title, "instructions", "MACs", "each", "share"))
    print(("%-52s %12s %11s %6.2f"):format("all", short(sum), short(all), sum / all))
    local names = {}
    for name in pairs(of) do names[#names + 1] = name end
    table.sort(names, function(a, b) return of[a] ~= of[b] and of[a] > of[b] or of[a] == of[b] and a < b end)
    for _, name in ipairs(names) do
        local n = work[name]
        local known = n and n > 0 and not (forward_again and not operator_of(name):find("_d[xw]$"))
        print(("  %-50s %12s %11s %6s %7.1f %%"):format(name, short(of[name]), known and short(n) or "",
            known and ("%.2f"):format(of[name] / n) or "", 100 * of[name] / sum))
    end
end
kernels("predict", predict, predict_sum, predict_work, forward, false)
-- Rows that are made a second time belong to kernels that the report does not name.
kernels("train", train, train_sum, train_work, train_macs, again > 0)
