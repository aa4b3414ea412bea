-- SPDX-License-Identifier: MIT
-- Layers of a spec that specs.lua draws: make.KIND() writes one behind those before it, and draws its tensors.
local dice, how, file = ... -- file: what spec_weights.lua returns
local chance, pick, one_of = dice.chance, dice.pick, dice.one_of
local int8, from_file, only_float = how.int8, how.from_file, how.only_float
local tensor, reals, file_scales = file.tensor, file.reals, file.file_scales
local larger, weights, norm_weights = file.larger, file.weights, file.norm_weights

local lines, shapes, learnable, blocks = {}, {}, {}, 0 -- shapes: by handle, { h, w, c }
local function line(...) lines[#lines + 1] = string.format(...) end

local prefix = pick("l", "blk/", "L.", "", "int", "a.b.")
local function layer_name() return prefix .. #shapes end

-- What goes into the next layer: mostly the last one.
local function source()
    local i = chance(0.85) and #shapes or math.random(#shapes)
    return i, shapes[i]
end

-- Activations: the name, and what may stand behind it in braces.
local activations = {
    { "relu" }, { "relu6" }, { "hswish" }, { "sigmoid" }, { "silu" }, { "tanh" }, { "softplus" }, { "abs" },
    { "leaky_relu", "slope = 0.2" }, { "leaky_relu", "slope = -0.5" }, { "elu", "alpha = 1.5" },
    { "gelu", 'approximate = "tanh"' }, { "hard_sigmoid", "alpha = 0.3, beta = 0.4" },
}

local function activation()
    if chance(0.5) then return "" end
    if chance(0.5) then return (', act = "%s"'):format(pick("relu", "relu6", "relu6")) end
    local a = one_of(activations)
    return a[2] and chance(0.5) and (', act = { "%s", %s }'):format(a[1], a[2]) or (', act = "%s"'):format(a[1])
end

local function pair(a, b) return a == b and chance(0.7) and tostring(a) or ("{ %d, %d }"):format(a, b) end

local function same_before(n, k, s) return math.max(0, ((n + s - 1) // s - 1) * s + k - n) end

-- A window that fits a map: text of its attributes, the kernel, and what comes out.
local function window(shape, largest, pool)
    local kh, kw = math.random(1, largest), math.random(1, largest)
    if chance(0.6) then kw = kh end
    if shape.w == 1 and chance(0.7) then kw = 1 end
    if shape.h == 1 and chance(0.7) then kh = 1 end
    local sh, sw = pick(1, 1, 1, 2, 2, 3, 4), pick(1, 2, 3)
    if chance(0.7) then sw = sh end
    local dh, dw = 1, 1
    if not pool and chance(0.2) then dh, dw = pick(1, 2, 2, 3, 4), pick(1, 2, 2, 3) end
    local taps, th, tw = pair(kh, kw), kh, kw
    kh, kw = (kh - 1) * dh + 1, (kw - 1) * dw + 1 -- from the first tap to the last
    local pads = pick("same", "same", "number", "list", "tf_same", "none", "wide")
    local top, bottom, left, right, text = 0, 0, 0, 0, ""
    if pads == "number" or pads == "wide" then
        top = pads == "wide" and math.max(kh, kw) or math.random(0, (math.max(kh, kw)) // 2)
        if pool then top = math.min(top, kh - 1, kw - 1) end
        bottom, left, right = top, top, top
        text = (", pad = %d"):format(top)
    elseif pads == "list" then
        local h, w = pool and kh - 1 or kh, pool and kw - 1 or kw -- a pool's windows see some of the map
        top, bottom, left, right = math.random(0, h), math.random(0, h), math.random(0, w), math.random(0, w)
        text = (", pad = { %d, %d, %d, %d }"):format(top, bottom, left, right)
    elseif pads == "none" then
        text = pool and "" or ", pad = 0"
    elseif pads == "same" then
        if pool then text = ', pad = "same"' end
        top, left = (kh - 1) // 2, (kw - 1) // 2
        bottom, right = top, left
    end
    local oh, ow = (shape.h + top + bottom - kh) // sh + 1, (shape.w + left + right - kw) // sw + 1
    if pads == "tf_same" then
        text, oh, ow = ', pad = "tf_same"', (shape.h + sh - 1) // sh, (shape.w + sw - 1) // sw
    end
    local unseen = pool and ((oh - 1) * sh - top >= shape.h or (ow - 1) * sw - left >= shape.w) and pads ~= "tf_same"
    if oh < 1 or ow < 1 or unseen then return window(shape, largest, pool) end
    text = text .. (dh * dw > 1 and ", dilation = " .. pair(dh, dw) or "")
    return ("k = %s, s = %s%s"):format(taps, pair(sh, sw), text), th, tw, oh, ow
end

local function handle(shape)
    shapes[#shapes + 1] = shape
    return #shapes
end

-- "local v3 = kind { "name", from = v2, ...", registered under the next handle.
local function layer(kind, i, attributes, shape)
    local name, n = layer_name(), #shapes + 1
    if #name == 0 then name = tostring(n) end
    line('local v%d = %s { "%s", from = v%d%s%s }', n, kind, name, i, attributes ~= "" and ", " or "", attributes)
    handle(shape)
    return name
end

local function divisors(a, b)
    local all = {}
    for g = 1, math.min(a, b) do if a % g == 0 and b % g == 0 then all[#all + 1] = g end end
    return all
end

-- What patterns find; slices: whether the weights of a layer may learn in part.
local has = {}

-- Low-rank branches beside a layer: its attribute, a line behind it, or by name in `sides`, which stand before all layers.
local sides = {}
local function low_rank(name, most)
    if not chance(0.15) then return "" end
    local rank, how = math.random(math.min(most, 4)), math.random(3)
    has.lora = true
    if how == 1 then return (", lora = %d"):format(rank) end
    if how == 2 then return "", ("lora { rank = %d }"):format(rank) end
    sides[#sides + 1] = ('["%s"] = { lora = { rank = %d } }'):format(name, rank)
    return ""
end

local function can_learn(name, bias, slices)
    learnable[#learnable + 1] = { name = name, bias = bias, slices = slices, at = #shapes }
    has.bias = has.bias or bias
end

local make = {}

function make.conv()
    local i, x = source()
    local text, kh, kw, oh, ow = window(x, chance(0.4) and 1 or 5)
    local out = chance(0.7) and math.random(1, 9) or x.c * pick(1, 1, 2)
    local groups = chance(0.7) and 1 or one_of(divisors(x.c, out))
    local bias = chance(0.8)
    text = ("out = %d, %s"):format(out, text) .. (groups > 1 and ", groups = " .. groups or "") .. (bias and "" or ", bias = false")
    local each = x.c // groups * kh * kw
    if each > 1 and chance(0.1) then text = text .. ", standardise = " .. pick("1e-5", "1e-3", "0.1") end
    local act = activation()
    local lora, behind = "", nil
    if groups == 1 then lora, behind = low_rank(prefix .. #shapes, math.min(out, each)) end
    local shape = { out, x.c // groups, kh, kw }
    local whole, of, part = shape, "", nil
    if groups == 1 then whole, of, part = larger(shape, true) end
    local name = layer("conv", i, text .. act .. lora .. of, { h = oh, w = ow, c = out, part = part })
    if behind then line("%s", behind) end
    weights(name, shape, bias, whole)
    can_learn(name, bias, groups == 1 and not text:find("standardise"))
end

-- More inputs and outputs than columns, sums and biases have at a time (convolution/convolution_int8.c), on few pixels.
function make.wide()
    local i, x = source()
    if x.h * x.w > 4 then
        layer("avg_pool", i, ("k = { %d, %d }, s = { %d, %d }"):format(x.h // 2 + 1, x.w // 2 + 1, x.h, x.w), { h = 1, w = 1, c = x.c })
        i, x = #shapes, shapes[#shapes]
    end
    for _, out in ipairs { math.random(193, 420), math.random(1, 9) } do
        local shape, bias = { out, x.c, 1, 1 }, chance(0.8)
        local name = layer("conv", i, ("out = %d, k = 1%s%s"):format(out, bias and "" or ", bias = false", activation()), { h = x.h, w = x.w, c = out })
        weights(name, shape, bias)
        can_learn(name, bias, true)
        i, x = #shapes, shapes[#shapes]
    end
end

function make.dwconv()
    local i, x = source()
    local text, kh, kw, oh, ow = window(x, 7)
    local bias = chance(0.8)
    local shape = { x.c, 1, kh, kw }
    local whole, of = larger(shape, true)
    of = of:gsub(",? ?out = %d+", "") -- that is not its to say
    local name = layer("dwconv", i, text .. (bias and "" or ", bias = false") .. activation() .. of, { h = oh, w = ow, c = x.c })
    weights(name, shape, bias, whole)
    can_learn(name, bias)
end

function make.mbconv()
    local i, x = source()
    local k, s = pick(1, 3, 3, 5, 7), pick(1, 1, 2)
    local out = chance(0.5) and x.c or math.random(1, 9)
    local hidden = chance(0.2) and x.c or math.random(2, 20)
    local lite, norm = "", ""
    if chance(0.4) then
        lite = (", lite = { k = %d, groups = %d%s%s }"):format(pick(1, 3, 5), one_of(divisors(x.c, x.c)),
            chance(0.2) and ", expand = 2" or "", chance(0.3) and ', norm = "group"' or "")
        has.lite, has.norm = true, has.norm or lite:find("norm")
    end
    if not int8 and chance(0.2) then norm = (', norm = "%s"'):format(pick("group", "batch", only_float and "none" or "scale")) end
    local part = from_file and chance(0.35)
    local function more(n) return part and n + pick(0, 1, 3) or n end
    local file = { x = more(x.c), hidden = more(hidden), out = more(out), k = part and k + pick(0, 2) or k }
    local of = part and pick(", of = {}", (", of = { out = %d, hidden = %d, k = %d }"):format(file.out, file.hidden, file.k)) or ""
    local name = layer("mbconv", i, ("out = %d, k = %d, s = %d, hidden = %d%s%s%s%s"):format(out, k, s, hidden, lite, norm, of,
        chance(0.3) and ', act = "' .. pick("relu", "hswish", "relu6") .. '"' or ""),
        { h = (x.h + s - 1) // s, w = (x.w + s - 1) // s, c = out })
    local bias = not norm:find("group") and not norm:find("batch")
    if chance(0.1) then low_rank(name .. ".pointwise2", math.min(out, hidden)) end
    if lite == "" and chance(0.1) then
        sides[#sides + 1] = ('["%s"] = { lite = { k = %d, groups = 1 } }'):format(name, pick(1, 3, 5))
        has.lite = true
    end
    has.norm = has.norm or norm:find("group") or norm:find("scale")
    local function piece(which, shape)
        weights(name .. "." .. which, shape, bias)
        if norm:find("group") or norm:find("batch") then norm_weights(name .. "." .. which .. ".norm", shape[1], norm:find("batch")) end
        can_learn(name .. "." .. which, bias, which ~= "depthwise")
    end
    if hidden ~= x.c then piece("pointwise1", { file.hidden, file.x, 1, 1 }) end
    piece("depthwise", { file.hidden, 1, file.k, file.k })
    piece("pointwise2", { file.out, file.hidden, 1, 1 })
    if int8 and s == 1 and out == x.c and chance(0.9) then file_scales(name .. ".residual", "output") end
end

-- Layers that join maps.
local function join(kind, from, shape, more)
    local n = #shapes + 1
    local name = prefix .. n .. "s"
    line('local v%d = %s { "%s", from = { v%s }%s }', n, kind, name, table.concat(from, ", v"), more)
    handle(shape)
    if int8 and chance(0.9) then file_scales(name, "output") end
end

for _, kind in ipairs { "add", "sub", "mul" } do
    make[kind] = function()
        local i, x = source()
        local same = {}
        for k, s in ipairs(shapes) do if s.h == x.h and s.w == x.w and s.c == x.c then same[#same + 1] = k end end
        join(kind, { i, one_of(same) }, x, activation())
    end
end

function make.concat()
    local i, x = source()
    local same, from, c = {}, { i }, x.c
    for k, s in ipairs(shapes) do if s.h == x.h and s.w == x.w then same[#same + 1] = k end end
    for k = 2, pick(2, 2, 3, 8) do
        from[k] = one_of(same)
        c = c + shapes[from[k]].c
    end
    join("concat", from, { h = x.h, w = x.w, c = c }, "")
end

function make.div() -- by something that is not near 0
    local i, x = source()
    layer("sigmoid", i, "", x)
    join("div", { i, #shapes }, x, activation())
end

function make.excite()
    local i, x = source()
    layer("global_pool", i, "", { h = 1, w = 1, c = x.c })
    layer("sigmoid", #shapes, "", shapes[#shapes])
    join("mul", chance(0.5) and { i, #shapes } or { #shapes, i }, x, activation())
end

for _, kind in ipairs { "relu", "relu6", "hswish", "sigmoid" } do
    make[kind] = function()
        local i, x = source()
        layer(kind, i, "", x)
    end
end

function make.activation()
    local i, x = source()
    local a = one_of(activations)
    layer(a[1], i, a[2] and chance(0.5) and a[2] or "", x)
end

function make.prelu()
    local i, x = source()
    local name = layer("prelu", i, "", x)
    if from_file then tensor(name .. ".weight", "F32", { x.c }, reals(24)) end
    can_learn(name, false)
end

for _, kind in ipairs { "max_pool", "avg_pool" } do
    make[kind] = function()
        local i, x = source()
        local text, _, _, oh, ow = window(x, 3, true)
        if kind == "avg_pool" and not text:find("tf_same") and chance(0.4) then text = text .. ", count_pad = false" end
        layer(kind, i, text, { h = oh, w = ow, c = x.c })
    end
end

function make.upsample()
    local i, x = source()
    local y = one_of(shapes)
    if chance(0.5) then
        layer("upsample", i, "like = v" .. math.random(#shapes), nil)
        local n = tonumber(lines[#lines]:match("like = v(%d+)"))
        shapes[#shapes + 1] = { h = shapes[n].h, w = shapes[n].w, c = x.c }
        return
    end
    local h, w = math.random(1, 13), math.random(1, 13)
    if y.w == 1 then w = 1 end
    local mode = pick("", "", ', align = "corners"', ', align = "edges"', ', mode = "nearest"', ', mode = "zeros"')
    if mode:find "zeros" then h, w = x.h * pick(1, 2, 2, 3), x.w * pick(1, 2, 2) end
    layer("upsample", i, ("h = %d, w = %d%s"):format(h, w, mode), { h = h, w = w, c = x.c })
end

function make.channels()
    local i, x = source()
    local first = math.random(-2, x.c - 1)
    local out = math.random(math.max(1, 1 - first), x.c + 2)
    layer("channels", i, ("first = %d, out = %d"):format(first, out), { h = x.h, w = x.w, c = out })
end

function make.l2_norm()
    local i, x = source()
    layer("l2_norm", i, "", x)
end

function make.group_norm()
    local i, x = source()
    local name = layer("group_norm", i, ("groups = %d%s%s"):format(one_of(divisors(x.c, x.c)), chance(0.2) and ", eps = 1e-3" or "", activation()), x)
    norm_weights(name, x.c)
    can_learn(name, true)
end

function make.batch_norm()
    local i, x = #shapes, shapes[#shapes]
    if i == 1 or int8 or not lines[#lines]:find(" conv {") or lines[#lines]:find("act =") or lines[#lines]:find("standardise") then return make.conv() end
    local name = layer("batch_norm", i, activation():sub(3), x)
    norm_weights(name, x.c + (x.part and pick(0, 1, 3) or 0), true)
end

function make.dense()
    local i, x = source()
    if x.h * x.w * x.c > 400 then return make.max_pool() end
    local out, bias, order = math.random(1, 12), chance(0.8), pick("chw", "hwc")
    local lora, behind = low_rank(prefix .. #shapes, math.min(out, x.h * x.w * x.c))
    local shape = { out, x.h * x.w * x.c }
    local whole, of, part = larger(shape)
    if part then whole[2] = x.h * x.w * (x.c + pick(0, 1, 3)) end
    local name = layer("dense", i, ('out = %d%s%s%s%s%s'):format(out, bias and "" or ", bias = false",
        chance(0.4) and ', order = "' .. order .. '"' or "", activation(), lora, of), { h = 1, w = 1, c = out })
    if behind then line("%s", behind) end
    weights(name, shape, bias, whole)
    can_learn(name, bias)
end

function make.lite_residual()
    local i, x = source()
    local s = pick(1, 1, 2)
    local out = math.random(1, 8)
    local name = layer("lite_residual", i, ("out = %d, s = %d, k = %d, groups = %d%s"):format(out, s, pick(1, 3, 5), one_of(divisors(x.c, x.c)),
        chance(0.4) and ', norm = "group"' or ""), { h = (x.h - 1) // s + 1, w = (x.w - 1) // s + 1, c = out })
    can_learn(name .. ".conv2", false)
end

function make.global_pool()
    local i, x = source()
    layer("global_pool", i, "", { h = 1, w = 1, c = x.c })
end

local kinds = { "wide", "conv", "conv", "conv", "conv", "dwconv", "dwconv", "dwconv", "mbconv", "mbconv", "mbconv", "add", "add",
                "sub", "mul", "div", "excite", "concat", "concat", "channels", "channels", "l2_norm", "relu", "relu6",
                "hswish", "sigmoid", "activation", "activation", "prelu", "max_pool", "avg_pool", "upsample", "group_norm", "batch_norm", "dense", "lite_residual" }

return {
    make = make, kinds = kinds, lines = lines, line = line, shapes = shapes, handle = handle,
    learnable = learnable, has = has, sides = sides, can_learn = can_learn,
}
