-- SPDX-License-Identifier: MIT
-- A spec drawn at random: lua5.4 specs.lua SEED FOLDER [float] writes FOLDER/net.lua and, where it names one,
-- FOLDER/weights.safetensors. One in six is nearly right: a piece of it is changed, or a tensor of its file.
-- "float" leaves out what the reference in float64 does not know: files, layers that never read them, an image in scratch,
-- integers, values at the extremes.
local seed, folder, only_float = tonumber(arg[1]), arg[2], arg[3] == "float"
math.randomseed(seed)
for _ = 1, 8 do math.random() end

local function chance(p) return math.random() < p end
local function pick(...) return (select(math.random(select("#", ...)), ...)) end
local function one_of(list) return list[math.random(#list)] end
local function number(v) return math.type(v) == "integer" and tostring(v) or ("%.17g"):format(v) end

local int8 = not only_float and chance(0.5)
local from_file = int8 or not only_float and chance(0.3)
local extreme = not only_float and chance(0.3) -- values and scales at the limits of their types

-- ---- tensors of the weights file ----

local tensors = {}
local formats = { F64 = "<d", F32 = "<f", I32 = "<i4", I8 = "<i1" }
local widths = { F64 = 8, F32 = 4, I32 = 4, I8 = 1 }

local function tensor(name, dtype, shape, value)
    local count, bytes = 1, {}
    for _, n in ipairs(shape) do count = count * n end
    for i = 1, count do bytes[i] = formats[dtype]:pack(value(i)) end
    tensors[#tensors + 1] = { name = name, dtype = dtype, shape = table.concat(shape, ","), bytes = table.concat(bytes) }
end

local function between(lo, hi) return lo + (hi - lo) * math.random() end
local function power(lo, hi) return 10.0 ^ between(lo, hi) end

local function scale()
    if not extreme or chance(0.5) then return 2.0 ^ between(-9, -2) end
    return pick(power(-38, 38), power(-12, 12), power(-5, 5), 1e-45, 1.17e-38, 3e38)
end

-- A file's values of floats, of a size that keeps a network of them in bounds, or not.
local function reals(depth)
    local kind = extreme and pick("zero", "huge", "tiny", "mixed", "usual", "usual") or "usual"
    local size = math.sqrt(6 / depth)
    return function()
        if kind == "zero" then return 0 end
        if kind == "huge" then return pick(1, -1) * 1e30 end
        if kind == "tiny" then return pick(1, -1) * 1e-42 end
        if kind == "mixed" then return pick(1, -1) * power(-44, 38) end
        return size * between(-1, 1)
    end
end

local function bytes()
    local kind = extreme and pick("zero", "least", "most", "ends", "usual", "usual") or "usual"
    return function()
        if kind == "zero" then return 0 end
        if kind == "least" then return -128 end
        if kind == "most" then return 127 end
        return kind == "ends" and pick(-128, 127) or math.random(-127, 127)
    end
end

local function zero_point()
    return pick(0, -128, 127, math.random(-128, 127))
end

local function file_scales(layer, role)
    local s, z = scale(), zero_point()
    tensor(layer .. "." .. role .. "_scale", "F64", { 1 }, function() return s end)
    tensor(layer .. "." .. role .. "_zero_point", "I32", { 1 }, function() return z end)
end

-- The tensor of the file that a layer reads a part of, and the attribute that says so; seldom.  Wider windows have the same centre.
-- window: whether it may be one.
local function larger(shape, window)
    if not from_file or chance(0.65) then return shape, "" end
    local whole, said = { table.unpack(shape) }, {}
    for i = 1, window and 2 or 1 do whole[i] = shape[i] + (shape[i] > 1 and pick(0, 1, 3) or 0) end
    if not window then whole[1] = shape[1] + pick(0, 1, 3) end
    if window and shape[3] == shape[4] then
        local more = pick(0, 2, 4)
        whole[3], whole[4] = shape[3] + more, shape[4] + more
        if chance(0.5) then said[#said + 1] = "k = " .. whole[3] end
    end
    if chance(0.5) then said[#said + 1] = "out = " .. whole[1] end
    return whole, (", of = { %s }"):format(table.concat(said, ", ")), true
end

-- Steps from a window to the centre of it, where the file has them.
local function matrices(layer, shape, whole)
    local k = whole[3]
    while k and k > shape[3] and whole[3] == whole[4] and chance(0.5) do
        tensor(("%s.%dto%d"):format(layer, k, k - 2), "F32", { (k - 2) * (k - 2), (k - 2) * (k - 2) }, reals((k - 2) * (k - 2)))
        k = k - 2
    end
end

local function weights(layer, shape, bias, whole)
    if not from_file then return end
    if whole and chance(int8 and 0.1 or 0.5) then matrices(layer, shape, whole) end
    shape = whole or shape
    local depth = (shape[2] or 1) * (shape[3] or 1) * (shape[4] or 1)
    if not int8 or chance(0.15) then
        tensor(layer .. ".weight", "F32", shape, reals(depth))
        if bias then tensor(layer .. ".bias", "F32", { shape[1] }, reals(4)) end
        return
    end
    local each, common = chance(0.8), scale()
    local size = math.sqrt(6 / depth) / 127
    tensor(layer .. ".weight", "I8", shape, bytes())
    tensor(layer .. ".weight_scale", "F32", { each and shape[1] or 1 }, function()
        if not extreme or chance(0.7) then return size * between(0.7, 1.4) end
        return each and chance(0.2) and pick(scale(), 0) or common
    end)
    if bias and chance(0.7) then
        local kind = extreme and pick("usual", "ends", "any") or "usual"
        tensor(layer .. ".bias", "I32", { shape[1] }, function()
            if kind == "ends" then return pick(0x7fffffff, -0x80000000, 0) end
            return kind == "any" and math.random(-0x80000000, 0x7fffffff) or math.random(-3000, 3000)
        end)
    elseif bias then
        tensor(layer .. ".bias", "F32", { shape[1] }, reals(4))
    end
    if chance(0.98) then file_scales(layer, "input") end
    if chance(0.98) then file_scales(layer, "output") end
end

local function norm_weights(layer, c, batch)
    if not from_file then return end
    tensor(layer .. ".weight", "F32", { c }, reals(4))
    tensor(layer .. ".bias", "F32", { c }, reals(4))
    if not batch then return end
    tensor(layer .. ".running_mean", "F32", { c }, reals(4))
    tensor(layer .. ".running_var", "F32", { c }, function() return extreme and pick(0, 1e30, 1e-40, 1) or between(0.2, 3) end)
end

local function write_weights(path)
    table.sort(tensors, function(a, b)
        if widths[a.dtype] ~= widths[b.dtype] then return widths[a.dtype] > widths[b.dtype] end
        return a.name < b.name
    end)
    local entries, all, at = {}, {}, 0
    for i, t in ipairs(tensors) do
        entries[i] = ('"%s":{"dtype":"%s","shape":[%s],"data_offsets":[%d,%d]}'):format(t.name, t.dtype, t.shape, at, at + #t.bytes)
        all[i], at = t.bytes, at + #t.bytes
    end
    local header = "{" .. table.concat(entries, ",") .. "}"
    header = header .. (" "):rep(-#header % 8)
    local out = assert(io.open(path, "wb"))
    out:write(("<I8"):pack(#header), header, table.concat(all))
    out:close()
end

-- ---- layers ----

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
    learnable[#learnable + 1] = { name = name, bias = bias, slices = slices }
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

local kinds = { "conv", "conv", "conv", "conv", "dwconv", "dwconv", "dwconv", "mbconv", "mbconv", "mbconv", "add", "add",
                "sub", "mul", "div", "excite", "concat", "concat", "channels", "channels", "l2_norm", "relu", "relu6",
                "hswish", "sigmoid", "activation", "activation", "prelu", "max_pool", "avg_pool", "upsample", "group_norm", "batch_norm", "dense", "lite_residual" }

-- ---- the whole ----

local name = pick("net", "Sig_2", ("n"):rep(40), "_a", "s")
if not only_float then
    line('name "%s"', name)
    if from_file then line('weights "weights.safetensors"') end
end
local input = { h = one_of { 1, 2, 3, 4, 5, 7, 8, 9, 12, 13, 17 }, w = one_of { 1, 1, 2, 3, 4, 6, 7, 8, 11, 13 }, c = pick(1, 1, 2, 3, 3, 4, 5, 8) }
local input_type = pick("uint8", "uint8", "int8", "float32")
if input.c == 3 and not only_float and chance(0.4) then input_type = "rgb565" end
local image = ("h = %d, w = %d, c = %d"):format(input.h, input.w, input.c)
if input_type ~= "float32" or chance(0.2) then image = image .. (', type = "%s"'):format(input_type) end
if input_type == "rgb565" then image = image .. pick("", ', order = "little"', ', order = "big"') end
local function image_scale() return number(extreme and scale() or pick(1 / 255, 2 / 255, 1 / 128)) end
local function image_zero() return input_type == "int8" and zero_point() or pick(0, 128, 127, 255, math.random(0, 255)) end
if not only_float and chance(0.3) then -- by channel
    local means, scales = {}, {}
    for i = 1, input.c do
        means[i], scales[i] = number(pick(image_zero(), image_zero() * between(0, 1))), image_scale()
    end
    image = image .. pick((", mean = { %s }"):format(table.concat(means, ", ")), ", mean = " .. means[1], "")
    image = image .. pick((", scale = { %s }"):format(table.concat(scales, ", ")), ", scale = " .. scales[1])
elseif input_type ~= "float32" then
    image = image .. (", scale = %s, zero_point = %d"):format(image_scale(), image_zero())
end
if chance(0.35) and not only_float then image = image .. ', place = "scratch"' end
line("local v1 = input { %s }", image)
handle(input)
for _ = 1, chance(0.8) and math.random(1, 5) or math.random(6, 9) do
    make[one_of(kinds)]()
    local x = shapes[#shapes]
    if x.h * x.w * x.c > 3000 then make.max_pool() end
end
local last = shapes[#shapes]
local pooled = last.h * last.w * last.c > 300 or chance(0.5)
local mse = chance(0.25)
local classes = math.random((mse or chance(0.02)) and 1 or 2, 12)
if pooled then line("global_pool {}") end
local bias, random = chance(0.85), not from_file or chance(0.5)
local spare = not only_float and not mse and bias and chance(0.15)
line('dense { "cls", out = %d%s%s%s%s }', classes, bias and "" or ", bias = false", random and from_file and ', init = "random"' or "",
    chance(0.3) and ', order = "hwc"' or "", spare and ", spare = " .. math.random(1, 5) or "")
if not random then weights("cls", { classes, pooled and last.c or last.h * last.w * last.c }, bias) end
can_learn("cls", bias)

local function update()
    local all = {}
    local function put(...) all[#all + 1] = string.format(...) end
    if chance(0.15) then return '"*"' end
    if spare or chance(0.8) then put('"cls.*"') end
    if chance(0.5) and has.bias then put('"*.bias"') end
    if chance(0.5) and has.lite then put('"*.lite.*"') end
    if chance(0.7) and has.lora then put('"*.lora.*"') end
    if chance(0.5) and has.norm then put('"*norm*"') end
    for _, l in ipairs(learnable) do
        if l.slices and chance(0.15) then
            put('{ "%s.weight", %s = %s }', l.name, pick("inputs", "outputs"), pick("1 / 2", "1 / 4", "0.3", "1"))
        elseif chance(0.2) then
            put('"%s.%s"', l.name, l.bias and chance(0.5) and "bias" or chance(0.5) and "weight" or "*")
        end
    end
    if #all == 0 then put('"cls.*"') end
    return table.concat(all, ", ")
end

local function optimizer()
    local rate = extreme and pick(0, 100, 1e-30, 1e30, 0.01) or pick(0.1, 0.02, 0.01)
    local decay = chance(0.3) and ", weight_decay = " .. pick("0.01", "0.1") or ""
    if chance(0.4) then
        return ("adam { rate = %s%s%s }"):format(number(rate), decay, chance(0.2) and ", beta1 = 0" or chance(0.2) and ", beta2 = 0.9, eps = 1e-3" or "")
    end
    return ("sgd { rate = %s%s%s }"):format(number(rate), chance(0.4) and ", momentum = 0.9" or "", decay)
end

if only_float or chance(0.9) then
    local more = ""
    if mse then
        more = ', loss = "mse"'
    elseif chance(0.3) then
        more = (', loss = { "softmax_cross_entropy", label_smoothing = %s }'):format(pick("0.1", "0.5", "0.9"))
    end
    if chance(0.3) then more = more .. ", batch = " .. math.random(2, 3) end
    if chance(0.25) and not only_float then more = more .. ", clip = " .. pick("0.5", "1e-6", "100") end
    if chance(0.2) and not only_float then
        more = more .. ", schedule = " .. pick("cosine { steps = 3 }", "cosine { steps = 70000, least = 0.5, warmup = 2 }", "steps { every = 2, factor = 0.1 }", "warmup { steps = 3 }")
    end
    if chance(0.2) and not only_float then more = more .. ', decay = "weights"' end
    line("train { update = { %s }, optimizer = %s%s }", update(), optimizer(), more)
end
if int8 then
    line('precision { forward = "int8", gradient = "%s", trained = "%s"%s }', pick("float32", "int16", "int16", "int8"),
        pick("float32", "bfloat16"), chance(0.3) and ', rounding = "tflite"' or "")
elseif not only_float and chance(0.2) then
    line('precision { trained = "bfloat16" }')
end
if not only_float and chance(0.1) then
    line("store { slots = %d, slot = %d, erase = %s, write = %s }", math.random(2, 4), math.random(2, 8) * 8192, pick("4096", "2048"), pick("1", "8", "16", "256"))
end
if not only_float and chance(0.1) then line("budget { %s = %d }", pick("ram", "scratch", "flash"), math.floor(power(2, 6))) end

-- ---- nearly right ----

local values = { "0", "-1", "2.5", "1e300", "0/0", "1/0", "-1/0", "1e-300", "2^31", "2^53", "65536", "65537", "true", "nil", '""', "{}", '"x"',
                 "{ 1, 2, 3 }", "function() end", "v1", "math.mininteger", "'%s'", '"\\0"', '(("x"):rep(300))', "{ -1, 1 }", "setmetatable" }

local spoil = {
    function(text) -- a number becomes something else
        local places = {}
        for at, to in text:gmatch("= ()[%d.e-]+()") do places[#places + 1] = { at, to } end
        local p = one_of(places)
        return text:sub(1, p[1] - 1) .. one_of(values) .. text:sub(p[2])
    end,
    function(text) -- an attribute's name loses a letter
        local places = {}
        for at, to in text:gmatch("()[%a_0-9]+() =") do places[#places + 1] = { at, to } end
        local p = one_of(places)
        return text:sub(1, p[1] - 1) .. text:sub(p[1] + 1)
    end,
    function(text) -- a word becomes something else
        local places = {}
        for at, to in text:gmatch('()"[^"\n]*"()') do places[#places + 1] = { at, to } end
        local p = one_of(places)
        return text:sub(1, p[1] - 1) .. one_of(values) .. text:sub(p[2])
    end,
    function(text) -- a line is left out, doubled, or comes first
        local all = {}
        for l in text:gmatch("[^\n]+") do all[#all + 1] = l end
        local i = math.random(#all)
        local l = table.remove(all, i)
        if chance(0.5) then
            table.insert(all, i, l)
            table.insert(all, math.random(#all + 1), l)
        elseif chance(0.3) then
            table.insert(all, 1, l)
        end
        return table.concat(all, "\n") .. "\n"
    end,
    function(text) -- a letter too few
        local at = math.random(#text)
        return text:sub(1, at - 1) .. text:sub(at + 1)
    end,
    function(text) -- a tensor is missing, has another shape, or a value that nothing can have
        if #tensors == 0 then return text .. one_of { "conv {}", "conv { 'x' }", "add {}", "train {}", "foo = bar.x", "input {}", "while", "dense(3)" } .. "\n" end
        local i = math.random(#tensors)
        local t = tensors[i]
        local how = math.random(4)
        if how == 1 then
            table.remove(tensors, i)
        elseif how == 2 then
            t.shape = pick("1", "0", "7,1,1,1", "2147483647,2147483647", t.shape .. ",1", t.shape)
        else
            local v = { F64 = { 0 / 0, 1 / 0, 0.0, -1.0, 1e300, 1e-300 }, F32 = { 0 / 0, 1 / 0, -1 / 0 }, I32 = { 200, -129, 0x7fffffff }, I8 = { -128 } }
            local f = formats[t.dtype]:pack(one_of(v[t.dtype]))
            t.bytes = f .. t.bytes:sub(#f + 1)
        end
        return text
    end,
}

local text = table.concat(lines, "\n") .. "\n"
if not only_float and chance(0.15) then -- something left open: its first value is taken
    local n = 0
    text = text:gsub("%f[%a](%a+) = (%d+)%f[ ,]", function(key, value)
        if key ~= "out" and key ~= "k" and key ~= "hidden" or chance(0.6) then return end
        n = n + 1
        return ('%s = choice("c%d", { %s, %d })'):format(key, n, value, math.random(1, 9) + 10)
    end)
end
if #sides > 0 then text = "side { " .. table.concat(sides, ", ") .. " }\n" .. text end
if not only_float and chance(1 / 6) then
    for _ = 1, chance(0.8) and 1 or 3 do text = one_of(spoil)(text) end
end
local out = assert(io.open(folder .. "/net.lua", "w"))
out:write(text)
out:close()
if from_file then write_weights(folder .. "/weights.safetensors") end
