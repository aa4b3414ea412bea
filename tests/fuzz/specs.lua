-- SPDX-License-Identifier: MIT
-- A spec drawn at random: lua5.4 specs.lua SEED FOLDER [float] writes FOLDER/net.lua and, where it names one,
-- FOLDER/weights.safetensors. One in six is nearly right: a piece of it is changed, or a tensor of its file.
-- "float" leaves out what the reference in float64 does not know: files, layers that never read them, an image in scratch,
-- integers, values at the extremes.
-- spec_weights.lua draws tensors, spec_layers.lua layers; here is what stands around them.
local seed, folder, only_float = tonumber(arg[1]), arg[2], arg[3] == "float"
local here = arg[0]:match "^(.*/)" or "./"
local dice = dofile(here .. "dice.lua")
local chance, pick, one_of, between, power = dice.chance, dice.pick, dice.one_of, dice.between, dice.power
math.randomseed(seed)
for _ = 1, 8 do math.random() end

local function number(v) return math.type(v) == "integer" and tostring(v) or ("%.17g"):format(v) end

local int8 = not only_float and chance(0.5)
local from_file = int8 or not only_float and chance(0.3)
local extreme = not only_float and chance(0.3) -- values and scales at the limits of their types
local how = { int8 = int8, from_file = from_file, extreme = extreme, only_float = only_float }
local file = loadfile(here .. "spec_weights.lua")(dice, how)
local scale, zero_point, weights = file.scale, file.zero_point, file.weights
local tensors, formats = file.tensors, file.formats
local drawn = loadfile(here .. "spec_layers.lua")(dice, how, file)
local make, kinds, lines, line, shapes, handle = drawn.make, drawn.kinds, drawn.lines, drawn.line, drawn.shapes, drawn.handle
local learnable, has, sides, can_learn = drawn.learnable, drawn.has, drawn.sides, drawn.can_learn

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
        means[i], scales[i] = number(pick(image_zero(), image_zero() * math.random())), image_scale()
    end
    image = image .. pick((", mean = { %s }"):format(table.concat(means, ", ")), ", mean = " .. means[1], "")
    image = image .. pick((", scale = { %s }"):format(table.concat(scales, ", ")), ", scale = " .. scales[1])
elseif input_type ~= "float32" then
    image = image .. (", scale = %s, zero_point = %d"):format(image_scale(), image_zero())
end
if not only_float then image = image .. pick("", ', place = "scratch"', ', place = option("place", "caller")') end
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

-- Samples may be remembered at a layer behind which alone something learns; mostly one through which everything flows.
local remembered = not only_float and #shapes > 1 and chance(0.15) and math.random(math.max(2, #shapes - 3), #shapes)

local function update()
    local all = {}
    if remembered then
        for _, l in ipairs(learnable) do
            if l.at > remembered and chance(0.5) then all[#all + 1] = ('"%s.*"'):format(l.name) end
        end
        all[#all + 1] = '"cls.*"'
        return table.concat(all, ", ")
    end
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

if only_float or remembered or chance(0.9) then
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
if remembered then line("replay { at = v%d, samples = %d }", remembered, math.random(1, 5)) end
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
if from_file then file.write(folder .. "/weights.safetensors") end
