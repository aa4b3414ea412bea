-- SPDX-License-Identifier: MIT
-- prelude.lua: runs before every spec.  Blocks of several layers are written here, over the plain
-- constructors that the generator provides.

KiB, MiB = 1024, 1024 * 1024

-- What is used here, under names of its own: a spec may say `add = 5`, and mbconv goes on.
local type, next, sort, concat = type, next, table.sort, table.concat
local floor, max, min, format = math.floor, math.max, math.min, string.format
local check_keys, refuse, mark, default_name, last_layer = check_keys, refuse, mark, default_name, last_layer
local conv, dwconv, relu, add, upsample = conv, dwconv, relu, add, upsample
local side_lite, avg_pool, global_pool, batch_norm, group_norm = side_lite, avg_pool, global_pool, batch_norm, group_norm
local lite_residual -- below

-- Keys in an order that does not depend on hashing: numbers first, then names.
local function sorted_keys(t)
    local keys = {}
    for k in next, t do keys[#keys + 1] = k end
    sort(keys, function(a, b)
        if type(a) == type(b) and (type(a) == "number" or type(a) == "string") then return a < b end
        return type(a) == "number" or type(a) == "string" and type(b) ~= "number"
    end)
    return keys
end

local function pairs(t)
    local keys, i = sorted_keys(t), 0
    return function()
        i = i + 1
        if keys[i] ~= nil then return keys[i], t[keys[i]] end
    end
end

local function same_shape(a, b) return a.h == b.h and a.w == b.w and a.c == b.c end

-- The number of groups of a group norm: 8 channels each where that divides (TinyTL's choice).
local function norm_groups(c)
    local g = max(1, c // 8)
    while c % g ~= 0 do g = g - 1 end
    return g
end

-- The layer that a block reads, numbers and words that it takes: what is wrong is told of, and the block goes on.
local function layer_of(kind, b)
    if b.from == nil then return last_layer() end
    if type(b.from) == "table" and b.from.id then return b.from end
    refuse("from", kind .. ": from must be a layer")
    return last_layer()
end

-- The name that the names of a block's layers begin with.
local function name_of(kind, b)
    local plain = kind == "lite_residual" and "lite" or kind
    if b[1] == nil or type(b[1]) == "string" then return b[1] or default_name(plain) end
    refuse(kind, format("%s: its name is a text, not a %s", kind, type(b[1])))
    return default_name(plain)
end

local function number_of(kind, b, key, missing)
    local v = b[key]
    if type(v) == "number" then return v end
    if v ~= nil then refuse(key, format("%s: '%s' must be a number, not a %s", kind, key, type(v))) end
    return missing
end

local function norm_of(kind, b, words)
    local norm = b.norm or "none"
    if type(norm) == "string" and words[norm] then return norm end
    local all = {}
    for word in pairs(words) do all[#all + 1] = word end
    refuse("norm", format("%s: norm must be one of %s", kind, concat(all, ", ")))
    return "none"
end

-- A convolution (make = conv or dwconv) with its norm and activation.
--     norm = "none"    none, or folded already
--            "batch"   statistics from the file, folded
--            "group"   computed for each image (TinyTL puts it in the place of batch norms)
--            "scale"   what a folded norm has left to learn: a factor and a bias for each channel
local function normed(make, layer, norm)
    if norm == "none" then return make(layer) end
    local act, name = layer.act, layer[1] .. ".norm"
    layer.act = nil
    if norm == "scale" then
        return dwconv { name, from = make(layer), k = 1, act = act, init = "one" }
    end
    layer.bias = false
    local y = make(layer)
    if norm == "group" then return group_norm { name, from = y, groups = norm_groups(y.c), act = act } end
    return batch_norm { name, from = y, act = act }
end

-- Inverted bottleneck (MobileNetV2): pointwise1 (absent where expand = 1), depthwise, pointwise2, and
-- the input added where shapes agree; with lite = {...} a lite residual module beside it (TinyTL).
-- norm: what stands behind each convolution, see `normed`.
function mbconv(b)
    check_keys("mbconv", b, { "out", "k", "s", "expand", "hidden", "act", "lite", "pad", "dilation", "norm", "init", "from",
                               "source", "of" })
    local name, x, source = name_of("mbconv", b), layer_of("mbconv", b), b.source or {}
    check_keys("source", source, { "pointwise1", "depthwise", "pointwise2", "add" })
    local act, s, h = b.act or "relu6", b.s or 1, x
    local norm = norm_of("mbconv", b, { none = true, batch = true, group = true, scale = true })
    local hidden = number_of("mbconv", b, "hidden") or floor(x.c * number_of("mbconv", b, "expand", 1) + 0.5)
    local of = b.of or {}
    check_keys("of", of, { "out", "k", "hidden" })
    if hidden ~= x.c then
        h = normed(conv, { name .. ".pointwise1", from = x, out = hidden, k = 1, act = act, of = b.of and { out = of.hidden },
                           init = b.init, source = source.pointwise1 }, norm)
    end
    h = normed(dwconv, { name .. ".depthwise", from = h, k = b.k or 3, s = s, pad = b.pad, dilation = b.dilation, act = act, of = b.of and { k = of.k },
                         init = b.init, source = source.depthwise }, norm)
    local y = normed(conv, { name .. ".pointwise2", from = h, out = b.out, k = 1, init = b.init, of = b.of and { out = of.out },
                             source = source.pointwise2 }, norm)
    local form = side_lite(name, b.lite)
    if form then
        check_keys("lite", form, { "k", "groups", "expand", "norm" })
        local lite = { name .. ".lite", from = x, out = b.out, s = s, like = y }
        for k, v in pairs(form) do lite[k] = v end
        local up = lite_residual(lite)
        if same_shape(x, y) then y = add { name .. ".add", from = { y, x }, source = source.add } end
        return add { name .. ".lite.sum", from = { y, up } }
    end
    if same_shape(x, y) then y = add { name .. ".add", from = { y, x }, source = source.add } end
    return y
end

-- Lite residual module (TinyTL, section 3.2): 2x2 average pool, k x k convolution in groups with the
-- block's stride, [norm], relu, 1x1 convolution, [norm], bilinear upsampling to the block's output.
-- k shrinks to the largest odd number that fits a smaller map; a map that pools to 1x1 is pooled as a
-- whole.  What comes last in the branch starts at zero, so that the module starts as a no-op.
function lite_residual(b)
    check_keys("lite_residual", b, { "out", "k", "s", "groups", "expand", "norm", "from", "like" })
    local name, x = name_of("lite_residual", b), layer_of("lite_residual", b)
    local sh, sw = 1, 1
    if type(b.s) == "table" then sh, sw = b.s[1], b.s[2] elseif b.s then sh, sw = b.s, b.s end
    local y
    if x.h < 4 and x.w < 4 then
        y = global_pool { branch = true, name .. ".pool", from = x }
        sh, sw = 1, 1
    else
        y = avg_pool { branch = true, name .. ".pool", from = x, k = { min(2, x.h), min(2, x.w) } }
    end
    local k = number_of("lite", b, "k", 5)
    local kh, kw = min(k, y.h - (y.h + 1) % 2), min(k, y.w - (y.w + 1) % 2)
    if y.h > 1 and y.w > 1 then kh, kw = min(kh, kw), min(kh, kw) end
    local middle = max(1, floor(x.c * number_of("lite", b, "expand", 1) + 0.5))
    local norm = norm_of("lite", b, { none = true, group = true }) == "group"
    local groups = b.groups or 2
    if not b.groups and not x.wrong and (x.c % groups ~= 0 or middle % groups ~= 0) then
        refuse("lite", format("'%s': %d input and %d output channels do not divide into 2 groups, the default of " ..
               "a lite module", name, x.c, middle), "lite = { groups = 1 }")
        groups = 1
    end
    conv { branch = true, name .. ".conv1", out = middle, k = { kh, kw }, s = { sh, sw }, groups = groups,
           bias = false, missing = "random" }
    if norm then group_norm { branch = true, name .. ".norm1", groups = norm_groups(middle), missing = "random" } end
    relu { branch = true, name .. ".act" }
    y = conv { branch = true, name .. ".conv2", out = b.out, k = 1, bias = false,
               missing = norm and "random" or "zero" }
    if norm then y = group_norm { branch = true, name .. ".norm2", groups = norm_groups(b.out), missing = "zero" } end
    if b.like then return upsample { branch = true, name .. ".up", like = b.like } end
    return upsample { branch = true, name .. ".up", h = (x.h - 1) // sh + 1, w = (x.w - 1) // sw + 1 }
end

-- What `train` takes for an optimizer or a schedule.
local function rule(kind, t, keys)
    check_keys(kind, t, keys)
    t.kind = kind
    return mark(t)
end

function sgd(t) return rule("sgd", t, { "rate", "momentum", "weight_decay" }) end
function adam(t) return rule("adam", t, { "rate", "beta1", "beta2", "eps", "weight_decay" }) end
function cosine(t) return rule("cosine", t, { "steps", "least", "warmup" }) end
function steps(t) return rule("steps", t, { "every", "factor", "warmup" }) end
function warmup(t) return rule("warmup", t, { "steps" }) end

-- The spec's names for them.
_G.sorted_keys, _G.pairs, _G.same_shape, _G.norm_groups = sorted_keys, pairs, same_shape, norm_groups
_G.normed, _G.lite_residual = normed, lite_residual
