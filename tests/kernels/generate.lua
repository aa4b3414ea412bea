-- SPDX-License-Identifier: MIT
-- Writes a C program that holds every kernel, for a table of shapes, and its test; program.lua knows what a test looks like.
-- lua5.4 generate.lua ROOT [SEED] > program.c: with a seed half of the cases, drawn, and the first of each kernel.
package.path = arg[0]:match "^(.*)/" .. "/?.lua;" .. package.path
local program = require "program"
local case, copy, tensor, array, acc, whole, range =
    program.case, program.copy, program.tensor, program.array, program.acc, program.whole, program.range

-- Rows of the input that row oy of the output looks at, and the reverse.
local function down(v)
    return function(oy) return math.max(0, oy * v.sh - v.top), math.min(v.h - 1, oy * v.sh - v.top + (v.kh - 1) * v.dh) end
end
local function up(v)
    return function(iy)
        local first, last = v.oh, -1
        for oy = 0, v.oh - 1 do
            local ky = iy + v.top - oy * v.sh
            if ky >= 0 and ky <= (v.kh - 1) * v.dh then first, last = math.min(first, oy), math.max(last, oy) end
        end
        return first, last
    end
end

local function window_shape(h, w, c, oc, kh, kw, sh, sw, top, left, bottom, right, groups, dh, dw)
    dh, dw = dh or 1, dw or 1
    return { h = h, w = w, c = c, oc = oc, kh = kh, kw = kw, sh = sh, sw = sw, dh = dh, dw = dw, top = top, left = left,
             groups = groups or 1, oh = (h + top + bottom - (kh - 1) * dh - 1) // sh + 1,
             ow = (w + left + right - (kw - 1) * dw - 1) // sw + 1 }
end

local function conv_cases(s, light)
    local ci, co = s.c // s.groups, s.oc // s.groups
    local taps = s.groups * s.kh * s.kw
    for variant = 0, 3 do
        local i8, b, plus = variant % 2 == 1, variant < 2, variant % 3 == 0
        local v = copy(s, { wtype = i8 and "i8" or "f32", has_b = b, has_plus = plus })
        if not light or variant < 2 then
            case("conv", v, { tensor("x", "IN", s.h, s.w * s.c, down(s)),
                i8 and array("w", taps * ((ci + 3) // 4) * co * 4, { size = 1, ctype = "int8_t" }) or array("w", taps * ci * co),
                i8 and array("scale", s.oc, { positive = true }), b and array("b", s.oc),
                plus and tensor("plus", "IN", s.oh, s.ow * s.oc), tensor("y", "OUT", s.oh, s.ow * s.oc) }, s.oh, plus and 4 or nil)
        end
    end
    for variant = 0, 2 do
        local i8, transposed, plus = variant == 1, variant < 2, variant ~= 1
        local v = copy(s, { wtype = i8 and "i8" or "f32", transposed = transposed, has_plus = plus })
        case("conv_dx", v, { tensor("dy", "IN", s.oh, s.ow * s.oc, up(s)),
            i8 and array("w", taps * ((co + 3) // 4) * ci * 4, { size = 1, ctype = "int8_t" }) or array("w", taps * ci * co),
            i8 and array("scale", s.oc, { positive = true }),
            plus and tensor("plus", "IN", s.h, s.w * s.c), tensor("dx", "OUT", s.h, s.w * s.c) }, s.h, plus and 3 or nil)
    end
    local all = { keep = s.kh == 3, tap0 = 0, tap1 = taps, in0 = 0, in1 = ci } -- not a part of dw
    case("conv_dw", copy(s, all), { tensor("dy", "IN", s.oh, s.ow * s.oc),
        tensor("x", "IN", s.h, s.w * s.c, down(s)), acc("dw", taps * ci * co) }, s.oh)
end

local function dwconv_cases(s)
    local quads = s.kh * ((s.kw + 3) // 4) * s.c * 4
    for variant = 0, 3 do
        local i8, b, plus = variant % 2 == 1, variant < 2, variant % 3 == 0
        local v = copy(s, { wtype = i8 and "i8" or "f32", has_b = b, has_plus = plus })
        local w = i8 and array("w", quads, { size = 1, ctype = "int8_t" }) or array("w", s.kh * s.kw * s.c)
        local scale = i8 and array("scale", s.c, { positive = true })
        case("dwconv", v, { tensor("x", "IN", s.h, s.w * s.c, down(s)), w, scale, b and array("b", s.c),
            plus and tensor("plus", "IN", s.oh, s.ow * s.c), tensor("y", "OUT", s.oh, s.ow * s.c) }, s.oh, plus and 4 or nil)
        if b then
            case("dwconv_dx", copy(v, { has_b = false }), { tensor("dy", "IN", s.oh, s.ow * s.c, up(s)), w, scale,
                plus and tensor("plus", "IN", s.h, s.w * s.c), tensor("dx", "OUT", s.h, s.w * s.c) }, s.h, plus and 3 or nil)
        end
    end
    case("dwconv_dw", copy(s, { keep = s.kh == 3 }), { tensor("dy", "IN", s.oh, s.ow * s.c),
        tensor("x", "IN", s.h, s.w * s.c, down(s)), acc("dw", s.kh * s.kw * s.c) }, s.oh)
end

-- Exponents of integer gradients: finer, equal, coarser, and so far from each other that all saturates or is 0.
local function each_gradient(body)
    for i, e in ipairs { { 3, 4, 5 }, { 7, 7, 7 }, { 9, 3, 5 }, { -20, 0, 20 }, { 40, 8, 1 }, { 8, 3, 5 } } do
        body(i % 2 == 1 and "i16" or "i8", e[1], e[2], e[3])
    end
end

-- A 1x1 convolution of floats between integers, and its gradients.
local function mixed_cases(h, w, c, oc)
    local s = { h = h, w = w, c = c, oc = oc, oh = h, ow = w }
    for _, type in ipairs { "i16", "i8" } do
        local dy, x = whole("dy", "IN", type, h, w * oc), whole("x", "IN", "i8", h, w * c)
        for _, part in ipairs { { 0, c }, { 0, c // 2 }, { c // 2, c } } do
            if part[1] < part[2] then
                case("conv_int8_dw", copy(s, { gtype = type, in0 = part[1], in1 = part[2], zero = -7, scale = 0.125 }),
                    { dy, x, range("range", 5), acc("dw", (part[2] - part[1]) * oc) }, h)
            end
        end
        for _, plus in ipairs { true, false } do
            case("conv_dx_int", copy(s, { gtype = type, wtype = "f32" }), { dy, array("w", c * oc), range("range", 5),
                plus and tensor("plus", "IN", h, w * c), tensor("dx", "OUT", h, w * c) }, h, plus and 3 or nil)
        end
    end
    for variant = 0, 2 do
        local b, plus = variant < 2, variant % 2 == 0
        case("conv_int", copy(s, { wtype = "f32", has_b = b, scale = 0.125, zero = variant * 127 - 128 }), { whole("x", "IN", "i8", h, w * c), array("w", c * oc),
            false, b and array("b", oc), plus and tensor("plus", "IN", h, w * oc), tensor("y", "OUT", h, w * oc) }, h, plus and 4 or nil)
    end
end

local function pool_cases(s)
    for _, plus in ipairs { true, false } do
        for _, inside in ipairs { false, true } do
            case("avg_pool", copy(s, { has_plus = plus, inside = inside }), { tensor("x", "IN", s.h, s.w * s.c, down(s)),
                plus and tensor("plus", "IN", s.oh, s.ow * s.c), tensor("y", "OUT", s.oh, s.ow * s.c) }, s.oh, plus and 1 or nil)
            case("avg_pool_dx", copy(s, { has_plus = plus, inside = inside }), { tensor("dy", "IN", s.oh, s.ow * s.c, up(s)),
                plus and tensor("plus", "IN", s.h, s.w * s.c), tensor("dx", "OUT", s.h, s.w * s.c) }, s.h, plus and 1 or nil)
            end
        local places = s.kh * s.kw
        local bits = places <= 2 and 1 or places <= 4 and 2 or places <= 16 and 4 or 8
        local index = (s.ow * s.c * bits + 7) // 8
        for _, type in ipairs { "f32", "i8" } do
            case("max_pool", copy(s, { has_index = plus, xtype = type, index_bits = bits }), { whole("x", "IN", type, s.h, s.w * s.c, down(s)),
                whole("y", "OUT", type, s.oh, s.ow * s.c), plus and tensor("index", "OUT", s.oh, index, nil, 1) }, s.oh)
        end
        case("max_pool_dx", copy(s, { has_plus = plus, gtype = "f32", index_bits = bits }), { tensor("dy", "IN", s.oh, s.ow * s.c, up(s)),
            tensor("index", "IN", s.oh, index, up(s), 1),
            plus and tensor("plus", "IN", s.h, s.w * s.c), tensor("dx", "OUT", s.h, s.w * s.c) }, s.h, plus and 2 or nil)
        each_gradient(function(type, of_dy, of_plus, of_dx)
            case("max_pool_dx", copy(s, { has_plus = plus, gtype = type, index_bits = bits }), {
                whole("dy", "IN", type, s.oh, s.ow * s.c, up(s)), tensor("index", "IN", s.oh, index, up(s), 1),
                plus and whole("plus", "IN", type, s.h, s.w * s.c), plus and range("plus_range", of_plus),
                range("dy_range", of_dy), whole("dx", "OUT", type, s.h, s.w * s.c), range("range", of_dx) }, s.h, plus and 2 or nil)
            for _, inside in ipairs { false, true } do
                case("avg_pool_int8_dx", copy(s, { has_plus = plus, gtype = type, inside = inside, share_bits = inside and 11 or 0 }), {
                    whole("dy", "IN", type, s.oh, s.ow * s.c, up(s)), range("dy_range", of_dy),
                    plus and whole("plus", "IN", type, s.h, s.w * s.c), plus and range("plus_range", of_plus),
                    whole("dx", "OUT", type, s.h, s.w * s.c), range("range", of_dx) }, s.h, plus and 2 or nil)
            end
        end)
    end
    local pads = s.top > 0 or s.left > 0 or (s.oh - 1) * s.sh + s.kh > s.h or (s.ow - 1) * s.sw + s.kw > s.w
    for _, inside in ipairs { false, pads or nil } do
        for _, scale in ipairs { "", not inside and "own" or nil, not inside and "tflite" or nil } do
            local rescaled = { own = scale ~= "", tflite = scale == "tflite", multiplier = 1234567890, shift = -3, from_zero = -63, to_zero = 5 }
            rescaled.pads, rescaled.x_zero, rescaled.inside = pads, pads and -7 or 0, inside
            case("avg_pool_int8", copy(s, rescaled),
                { whole("x", "IN", "i8", s.h, s.w * s.c, down(s)), whole("y", "OUT", "i8", s.oh, s.ow * s.c) }, s.oh)
        end
    end
end

-- Activations, with attributes that are all floats: what y of x, dx of dy and x or y; and those with a mask.
local function activation_cases(h, w, c)
    local s, row = { h = h, w = w, c = c }, w * c
    local function t(name, kind) return tensor(name, kind or "IN", h, row) end
    local function mask(name, kind) return tensor(name, kind, h, (row + 7) // 8, nil, 1) end
    local function smooth(name, reads, attributes)
        case(name, copy(s, attributes), { t "x", t("y", "OUT") }, h, 0)
        case(name .. "_dx", copy(s, attributes), { t "dy", t(reads), t("dx", "OUT") }, h, 0)
    end
    smooth("silu", "x")
    smooth("gelu", "x", { approximate = false })
    smooth("gelu", "x", { approximate = true })
    smooth("abs", "x")
    smooth("tanh", "y")
    smooth("softplus", "y")
    smooth("elu", "y", { alpha = 1.5 })
    local function gate(name, weight, attributes)
        for _, has_mask in ipairs { false, true } do
            local by = { by = has_mask and "mask" or "value", has_mask = has_mask }
            local v = copy(copy(s, attributes), by)
            local function list(...)
                local all = {}
                for _, a in ipairs { ... } do if a ~= "none" then all[#all + 1] = a end end
                return all
            end
            case(name, copy(v), list(t "x", weight or "none", t("y", "OUT"), has_mask and mask("mask", "OUT") or "none"), h, 0)
            case(name .. "_dx", copy(v), list(t "dy", has_mask and mask("gate", "IN") or t "gate", weight or "none",
                t("dx", "OUT")), h, 0)
        end
    end
    gate("leaky_relu", nil, { slope = 0.25 })
    gate("hard_sigmoid", nil, { alpha = 0.1875, beta = 0.4 })
    gate("prelu", array("weight", c))
    for _, keep in ipairs { true, false } do
        case("prelu_dw", copy(s, { keep = keep }), { t "dy", t "x", acc("dw", c) }, h)
    end
end

-- Tensors of one shape.
local function map_cases(h, w, c)
    local s, row, nb = { h = h, w = w, c = c }, w * c, (w * c + 7) // 8
    local function t(name, kind) return tensor(name, kind or "IN", h, row) end
    for _, limit in ipairs { 0, 6 } do
        case("relu", copy(s, { limit = limit, has_mask = false }), { t "x", t("y", "OUT") }, h, 0)
        case("relu", copy(s, { limit = limit, has_mask = true }), { t "x", t("y", "OUT"), tensor("mask", "OUT", h, nb, nil, 1) }, h, 0)
        case("relu_dx", copy(s, { limit = limit, by = "value" }), { t "dy", t "gate", t("dx", "OUT") }, h, 0)
    end
    case("relu_dx", copy(s, { limit = 6, by = "mask" }), { t "dy", tensor("gate", "IN", h, nb, nil, 1), t("dx", "OUT") }, h, 0)
    case("hswish", copy(s), { t "x", t("y", "OUT") }, h, 0)
    case("hswish_dx", copy(s), { t "dy", t "x", t("dx", "OUT") }, h, 0)
    case("sigmoid", copy(s), { t "x", t("y", "OUT") }, h, 0)
    case("sigmoid_dx", copy(s), { t "dy", t "y", t("dx", "OUT") }, h, 0)
    case("add", copy(s), { t "a", t "b", t("y", "OUT") }, h, 1)
    local divisor = copy(t "b", { positive = true })
    case("sub", copy(s), { t "a", t "b", t("y", "OUT") }, h, 1)
    case("mul", copy(s), { t "a", t "b", t("y", "OUT") }, h, 0)
    case("div", copy(s), { t "a", divisor, t("y", "OUT") }, h, 0)
    case("negate", copy(s), { t "dy", t("dx", "OUT") }, h, 0)
    case("div_db", copy(s), { t "dy", t "y", divisor, t("db", "OUT") }, h, 0)
    case("excite", copy(s), { t "a", array("b", c), t("y", "OUT") }, h, 0)
    case("excite_db", copy(s), { t "dy", t "a", acc("db", c) }, h)
    for count = 2, 8, 3 do
        local v, args, all = { h = h, w = w, count = count }, {}, 0
        for k = 0, count - 1 do
            v["c" .. k] = k == 0 and c or k
            args[k + 1], all = tensor("x" .. k, "IN", h, w * v["c" .. k]), all + v["c" .. k]
        end
        v.c, args[count + 1] = all, tensor("y", "OUT", h, w * all)
        case("concat", v, args, h)
    end
    for _, plus in ipairs { true, false } do
        local v = { h = h, w = w, c = c, oc = c + 5, first = 3, has_plus = plus }
        local function part(name, kind, type) return whole(name, kind, type, h, w * c) end
        case("concat_dx", copy(v, { gtype = "f32" }), { whole("dy", "IN", "f32", h, w * (c + 5)), plus and part("plus", "IN", "f32"), false,
            false, part("dx", "OUT", "f32") }, h, plus and 1 or nil)
        each_gradient(function(type, of_dy, of_plus, of_dx)
            case("concat_dx", copy(v, { gtype = type }), { whole("dy", "IN", type, h, w * (c + 5)), plus and part("plus", "IN", type),
                plus and range("plus_range", of_plus), range("dy_range", of_dy), part("dx", "OUT", type), range("range", of_dx) }, h,
                plus and 1 or nil)
        end)
    end
    for k, f in ipairs { { 0, c }, { 1, c }, { -2, c + 5 }, { c - 1, 3 } } do -- first, channels of y
        local v, oc = copy(s, { first = f[1], oc = f[2] }), f[2]
        if k == 1 or c > 1 then
            case("channels", v, { t "x", k > 2 and tensor("plus", "IN", h, w * oc), tensor("y", "OUT", h, w * oc) }, h, k > 2 and 1 or nil)
        end
    end
    for _, plus in ipairs(c > 1 and { true, false } or {}) do -- of one channel it is 0, but for rounding
        case("l2_norm_dx", copy(s, { has_plus = plus }), { t "dy", t "x", plus and t "plus", t("dx", "OUT") }, h, plus and 2 or nil)
    end
    case("l2_norm", copy(s), { t "x", t("y", "OUT") }, h, 0)
    case("bias_grad", copy(s, { keep = false, gtype = "f32" }), { t "dy", acc("db", c) }, h)
    case("bias_grad", copy(s, { keep = true, gtype = "f32" }), { t "dy", acc("db", c) }, h)
    local function q(name, kind) return whole(name, kind or "IN", "i8", h, row) end
    for _, mask in ipairs { true, false } do
        case("clamp_int8", copy(s, { lo = -30, hi = 41, has_mask = mask }), { q "x", q("y", "OUT"),
            mask and tensor("mask", "OUT", h, nb, nil, 1) }, h, 0)
    end
    case("table_int8", copy(s), { q "x", array("table", 256, { size = 1, ctype = "int8_t" }), q("y", "OUT") }, h, 0)
    local slope = array("slope", 256, { size = 2, ctype = "int16_t" })
    for _, plus in ipairs { true, false } do
        case("table_dx", copy(s, { has_plus = plus, gtype = "f32", bits = 14 }), { t "dy", false, q "x", slope, plus and t "plus", false,
            t("dx", "OUT") }, h, plus and 4 or nil)
        each_gradient(function(type, of_dy, of_plus, of_dx)
            local function d(name, kind) return whole(name, kind or "IN", type, h, row) end
            case("table_dx", copy(s, { has_plus = plus, gtype = type, bits = 14 }), { d "dy", range("dy_range", of_dy), q "x", slope,
                plus and d "plus", plus and range("plus_range", of_plus), d("dx", "OUT"), range("range", of_dx) }, h, plus and 4 or nil)
        end)
    end
    local steps = {} -- of int16, in two's complement
    for i = 1, c do steps[i] = i * 577 % 8191 - 4095 & 0xffff end
    for k, zero in ipairs { -7, 127, -128 } do
        local grid = { x_zero = zero, y_zero = -20, lo = zero < 127 and zero or 126, hi = zero < 127 and 128 or 127, has_mask = k < 3 }
        local factors = copy(grid, { tflite = false, open = 3000, bits = 12 })
        local tflite = copy(grid, { tflite = true, open = 1500000000, open_shift = 1, multiplier = 1234567890, shift = -11 })
        for _, v in ipairs { factors, tflite } do
            case("prelu_int8", copy(s, v), { q "x", array("slope", c, { ctype = "int32_t", fixed = steps }), q("y", "OUT"),
                v.has_mask and tensor("mask", "OUT", h, nb, nil, 1) }, h, 0)
        end
    end
    local slopes = array("slope", c + 1, { size = 2, ctype = "int16_t" })
    for k, by in ipairs { "mask", "value", "mask", "value" } do
        local gate, plus = by == "mask" and tensor("gate", "IN", h, nb, nil, 1) or whole("gate", "IN", "i8", h, row), k > 2
        local v = copy(s, { has_plus = plus, bits = 14, by = by, x_zero = -7 })
        case("prelu_int8_dx", copy(v, { gtype = "f32" }), { t "dy", false, gate, slopes, plus and t "plus", false, t("dx", "OUT") }, h, plus and 4 or nil)
        if not plus then
            case("gate_dx", copy(s, { gtype = "f32", by = by, lo = -90, hi = 70 }), { t "dy", gate, t("dx", "OUT") }, h, 0)
            for _, type in ipairs { "i16", "i8" } do
                case("gate_dx", copy(s, { gtype = type, by = by, lo = -90, hi = 70 }), { whole("dy", "IN", type, h, row), gate, whole("dx", "OUT", type, h, row) }, h, 0)
            end
        end
        each_gradient(function(type, of_dy, of_plus, of_dx)
            local function d(name, kind) return whole(name, kind or "IN", type, h, row) end
            case("prelu_int8_dx", copy(v, { gtype = type }), { d "dy", range("dy_range", of_dy), gate, slopes,
                plus and d "plus", plus and range("plus_range", of_plus), d("dx", "OUT"), range("range", of_dx) }, h, plus and 4 or nil)
        end)
    end
    case("global_pool", copy(s), { t "x", acc("y", c) }, h)
    case("global_pool_dx", copy(s, { has_plus = true }), { array("dy", c), t "plus", t("dx", "OUT") }, h, 1)
    case("global_pool_dx", copy(s, { has_plus = false }), { array("dy", c), false, t("dx", "OUT") }, h)
    case("dequantize", copy(s, { qtype = "uint8", zero = 128, scale = 2 / 255 }), { tensor("q", "IN", h, row, nil, 1), t("x", "OUT") }, h)
    case("dequantize", copy(s, { qtype = "int8", zero = -3, scale = 0.25 }),
        { copy(tensor("q", "IN", h, row, nil, 1), { ctype = "int8_t" }), t("x", "OUT") }, h)
    local index = {}
    for i = 0, c - 1, 2 do table.insert(index, 1, i) end
    case("take", copy(s, { oc = #index, type = "f32" }), { t "x", array("index", #index, { size = 2, fixed = index }), tensor("y", "OUT", h, w * #index) }, h)
    for _, plus in ipairs { true, false } do
        case("put", copy(s, { c = #index, oc = c, has_plus = plus, type = "f32" }), { tensor("x", "IN", h, w * #index),
            array("index", #index, { size = 2, fixed = index }), plus and t "plus", t("y", "OUT") }, h, plus and 2 or nil)
    end
    for _, groups in ipairs { 1, c % 4 == 0 and 4 or c } do
        local g = copy(s, { groups = groups, eps = 1e-5 })
        local mean, rstd = array("mean", groups), array("rstd", groups, { positive = true })
        case("group_mean", copy(g), { t "x", acc("mean", groups) }, h)
        case("group_rstd", copy(g), { t "x", mean, acc("rstd", groups) }, h)
        case("group_norm", copy(g), { t "x", mean, rstd, array("w", c), array("b", c), t("y", "OUT") }, h, 0)
        case("group_norm_dw", copy(g, { keep = groups == 1 }), { t "dy", t "x", mean, rstd, acc("dw", c) }, h)
        case("group_norm_sums", copy(g), { t "dy", t "x", mean, rstd, array("w", c), acc("sums", 2 * groups) }, h)
        case("group_norm_dx", copy(g, { has_plus = true }), { t "dy", t "x", mean, rstd, array("w", c), array("sums", 2 * groups),
            t "plus", t("dx", "OUT") }, h, 6)
        case("group_norm_dx", copy(g, { has_plus = false }), { t "dy", t "x", mean, rstd, array("w", c), array("sums", 2 * groups),
            false, t("dx", "OUT") }, h, 0)
    end
end

-- Maps of int8 that come together.
local function join_int8_cases(h, w, c)
    local s, row = { h = h, w = w, c = c }, w * c
    local function q(name, kind) return whole(name, kind or "IN", "i8", h, row) end
    local function t(name, kind) return tensor(name, kind or "IN", h, row) end
    local grids = { a_zero = -7, b_zero = 5, y_zero = -20, bits = 12, tflite = false }
    case("arithmetic_int8", copy(copy(s, grids), { how = "sub", factor = 5000, b_factor = 2000 }), { q "a", q "b", q("y", "OUT") }, h, 0)
    case("arithmetic_int8", copy(copy(s, grids), { how = "mul", factor = 90, b_factor = 0 }), { q "a", q "b", q("y", "OUT") }, h, 0)
    case("arithmetic_int8", copy(copy(s, grids), { how = "div", factor = 100000, b_factor = 0 }), { q "a", q "b", q("y", "OUT") }, h, 0)
    case("arithmetic_int8", copy(copy(s, grids), { how = "excite", factor = 90, b_factor = 0 }), { q "a",
        array("b", c, { size = 1, ctype = "int8_t" }), q("y", "OUT") }, h, 0)
    local factors = array("b", c, { size = 1, ctype = "int8_t" })
    for _, how in ipairs { "mul_int8_dx", "excite_int8_dx", "div_int8_dx", "div_int8_db" } do
        local y, b = how == "div_int8_db", how == "excite_int8_dx" and factors or q "b"
        for _, plus in ipairs { true, false } do
            local v = copy(copy(s, grids), { how = how, has_plus = plus, scale = 0.125, y_scale = 0.5 })
            case("arithmetic_int8_dx", copy(v, { gtype = "f32" }), { t "dy", false, b, y and q "y", plus and t "plus", false, t("dx", "OUT") },
                h, plus and 4 or nil)
            each_gradient(function(type, of_dy, of_plus, of_dx)
                local function d(name, kind) return whole(name, kind or "IN", type, h, row) end
                case("arithmetic_int8_dx", copy(v, { gtype = type, mantissa = 1227133513, exponent = -2 }), { d "dy", range("dy_range", of_dy), b,
                    y and q "y", plus and d "plus", plus and range("plus_range", of_plus), d("dx", "OUT"), range("range", of_dx) }, h, plus and 4 or nil)
            end)
        end
    end
    for _, type in ipairs { "f32", "i16", "i8" } do
        case("excite_int8_db", copy(s, { gtype = type, a_zero = -7, scale = 0.125 }), { whole("dy", "IN", type, h, row),
            type ~= "f32" and range("dy_range", 5), q "a", acc("db", c) }, h)
    end
    case("negate_int", copy(s, { gtype = "i16" }), { whole("dy", "IN", "i16", h, row), whole("dx", "OUT", "i16", h, row) }, h, 0)
    case("negate_int", copy(s, { gtype = "i8" }), { whole("dy", "IN", "i8", h, row), whole("dx", "OUT", "i8", h, row) }, h, 0)
    local three = { h = h, w = w, c = c + 6, count = 3, y_zero = -20, c0 = c, c1 = 1, c2 = 5 }
    for _, f in ipairs { { 0, c }, { -2, c + 5 } } do
        case("channels_int8", copy(s, { first = f[1], oc = f[2], fill = -7 }), { q "x", whole("y", "OUT", "i8", h, w * f[2]) }, h)
    end
    for k, f in ipairs { { 3000, 12, 7 }, { 1 << 10, 10, -20 }, { 90000, 14, -128 } } do -- factor, bits, zero
        three["factor" .. k - 1], three["bits" .. k - 1] = f[1], f[2]
        three["constant" .. k - 1] = (1 << f[2] >> 1) - f[3] * f[1]
    end
    case("concat_int8", three, { q "x0", whole("x1", "IN", "i8", h, w), whole("x2", "IN", "i8", h, w * 5),
        whole("y", "OUT", "i8", h, w * (c + 6)) }, h)
end

local function upsample_cases(h, w, oh, ow, c, align)
    local s = { h = h, w = w, oh = oh, ow = ow, c = c, oc = c, align = align or "centres" }
    local function scaling(n, on) -- start, step and what they are parts of
        if align == "corners" and n > 1 then
            if on > 1 then return 0, n - 1, on - 1 end
            return 0, 1, 1
        end
        if align == "edges" then return 0, n, on end
        return n - on, 2 * n, 2 * on
    end
    s.start_y, s.step_y, s.den_y = scaling(h, oh)
    s.start_x, s.step_x, s.den_x = scaling(w, ow)
    local start, step, den = scaling(h, oh)
    local function from(oy)
        local sy = math.max(0, step * oy + start)
        local first = sy // den
        return first, (sy % den > 0 and first < h - 1) and first + 1 or first
    end
    local function touched(iy)
        local lo, hi = oh, -1
        for oy = 0, oh - 1 do
            local a, b = from(oy)
            if a == iy or b == iy then lo, hi = math.min(lo, oy), math.max(hi, oy) end
        end
        return lo, hi
    end
    for _, plus in ipairs { true, false } do
        case("upsample", copy(s, { has_plus = plus }), { tensor("x", "IN", h, w * c, from),
            plus and tensor("plus", "IN", oh, ow * c), tensor("y", "OUT", oh, ow * c) }, oh, plus and 1 or nil)
        for _, type in ipairs { "f32", "i16", "i8" } do
            case("upsample_dx", copy(s, { has_plus = plus, gtype = type }), { whole("dy", "IN", type, oh, ow * c, touched),
                plus and tensor("plus", "IN", h, w * c), type ~= "f32" and range("range", 3), tensor("dx", "OUT", h, w * c) }, h,
                plus and 1 or nil)
        end
    end
    local function divisor(a, b) return b == 0 and a or divisor(b, a % b) end
    local function lowest(name)
        local all = divisor(divisor(s["step_" .. name], s["den_" .. name]), math.abs(s["start_" .. name]))
        for _, part in ipairs { "start_", "step_", "den_" } do s[part .. name] = s[part .. name] // all end
    end
    lowest "y"
    lowest "x"
    s.den = s.den_y * s.den_x
    case("upsample_int8", copy(s), { whole("x", "IN", "i8", h, w * c, from), whole("y", "OUT", "i8", oh, ow * c) }, oh)
    for _, plus in ipairs { true, false } do
        each_gradient(function(type, of_dy, of_plus, of_dx)
            case("upsample_int8_dx", copy(s, { has_plus = plus, gtype = type, drop = plus and 0 or 2 }), {
                whole("dy", "IN", type, oh, ow * c, touched), range("dy_range", of_dy),
                plus and whole("plus", "IN", type, h, w * c), plus and range("plus_range", of_plus),
                whole("dx", "OUT", type, h, w * c), range("range", of_dx) }, h, plus and 2 or nil)
        end)
    end
end

local function sparse_cases(h, w, sh, sw, c)
    local s = { h = h, w = w, oh = h * sh, ow = w * sw, c = c, oc = c, sh = sh, sw = sw, element = "float", fill = 0 }
    local function from(oy) return (oy + sh - 1) // sh, oy // sh end
    local function to(iy) return iy * sh, iy * sh end
    local x, y = { h, w * c }, { h * sh, w * sw * c }
    case("sparse", copy(s), { tensor("x", "IN", x[1], x[2], from), tensor("y", "OUT", y[1], y[2]) }, h * sh)
    case("sparse", copy(s, { element = "int8_t", fill = 9 }), { whole("x", "IN", "i8", x[1], x[2], from), whole("y", "OUT", "i8", y[1], y[2]) }, h * sh)
    for _, plus in ipairs { true, false } do
        case("sparse_dx", copy(s, { has_plus = plus }), { tensor("dy", "IN", y[1], y[2], to),
            plus and tensor("plus", "IN", x[1], x[2]), tensor("dx", "OUT", x[1], x[2]) }, h, plus and 1 or nil)
    end
end

--                          h   w   c   oc  kh kw sh sw t  l  b  r  groups
conv_cases(window_shape(    7,  9,  24, 40, 1, 1, 1, 1, 0, 0, 0, 0))
conv_cases(window_shape(    2,  3,  38, 150, 1, 1, 1, 1, 0, 0, 0, 0), true) -- turned panels are cut along k,
conv_cases(window_shape(    4,  5,  8,  50, 3, 3, 1, 1, 1, 1, 1, 1), true) -- between taps,
conv_cases(window_shape(    6,  4,  33, 21, 5, 5, 1, 2, 2, 2, 2, 2), true) -- and between rows
conv_cases(window_shape(    6,  7,  13, 99, 1, 1, 1, 1, 0, 0, 0, 0))
conv_cases(window_shape(    1,  1,  37, 10, 1, 1, 1, 1, 0, 0, 0, 0))
conv_cases(window_shape(    9, 11,  3,  16, 3, 3, 2, 2, 1, 1, 1, 1))
conv_cases(window_shape(    8, 12,  8,  12, 3, 3, 1, 1, 1, 1, 1, 1), true)
conv_cases(window_shape(    8,  7,  6,  5,  3, 3, 2, 2, 0, 0, 1, 1), true)
conv_cases(window_shape(   10,  9,  8,  16, 5, 5, 1, 1, 2, 2, 2, 2, 2), true)
conv_cases(window_shape(    9, 10,  12, 20, 5, 3, 2, 3, 2, 0, 1, 2, 2), true)
conv_cases(window_shape(    4,  3,  10, 6,  7, 7, 1, 1, 3, 3, 3, 3, 2), true)
conv_cases(window_shape(    2,  2,  4,  4,  5, 5, 2, 2, 2, 2, 2, 2), true)
conv_cases(window_shape(    7,  8,  8,  8,  1, 1, 2, 2, 0, 0, 0, 0), true)
conv_cases(window_shape(    5,  1,  5,  7,  3, 1, 1, 1, 1, 0, 1, 0), true)
conv_cases(window_shape(    5,  4,  4,  8,  2, 4, 1, 2, 0, 1, 1, 2), true)
conv_cases(window_shape(    9, 10,  8,  12, 3, 3, 1, 1, 2, 2, 2, 2, 1, 2, 2))
conv_cases(window_shape(    9, 11,  6,  10, 3, 2, 2, 3, 3, 1, 2, 2, 2, 3, 4), true)
conv_cases(window_shape(   11, 12,  5,  7,  3, 3, 4, 2, 3, 2, 3, 1, 1, 2, 4), true)
conv_cases(window_shape(    3,  2,  4,  8,  2, 3, 1, 1, 2, 4, 3, 4, 1, 3, 4), true)
dwconv_cases(window_shape(  9, 21, 24, 24,  3, 3, 1, 1, 1, 1, 1, 1))
dwconv_cases(window_shape(  9, 30, 16, 16,  3, 3, 2, 2, 1, 1, 1, 1))
dwconv_cases(window_shape( 11, 14, 40, 40,  5, 5, 2, 2, 2, 2, 2, 2))
dwconv_cases(window_shape(  8,  8, 15, 15,  3, 3, 2, 2, 0, 0, 1, 1))
dwconv_cases(window_shape(  7,  7, 36, 36,  7, 7, 1, 1, 3, 3, 3, 3))
dwconv_cases(window_shape(  3,  2, 5,  5,   7, 7, 1, 1, 3, 3, 3, 3))
dwconv_cases(window_shape(  6, 25, 8,  8,   5, 3, 1, 3, 1, 0, 2, 2))
dwconv_cases(window_shape(  6,  1, 12, 12,  3, 3, 1, 1, 1, 1, 1, 1))
dwconv_cases(window_shape(  7,  9, 4,  4,   2, 2, 2, 2, 0, 0, 0, 0))
dwconv_cases(window_shape(  6,  9, 7,  7,   1, 1, 2, 2, 0, 0, 0, 0))
dwconv_cases(window_shape(  9, 13, 20, 20,  3, 3, 1, 1, 2, 2, 2, 2, 1, 2, 2))
dwconv_cases(window_shape( 12, 11, 7,  7,   3, 2, 2, 4, 3, 2, 3, 1, 1, 3, 2))
dwconv_cases(window_shape(  2,  1, 12, 12,  2, 2, 1, 1, 1, 1, 1, 1, 1, 2, 2))
pool_cases(window_shape(    8,  8, 24, 24,  2, 2, 2, 2, 0, 0, 0, 0))
pool_cases(window_shape(    7,  9, 5,  5,   3, 3, 2, 2, 1, 1, 1, 1))
pool_cases(window_shape(    7,  7, 18, 18,  2, 2, 2, 2, 0, 0, 0, 0))
pool_cases(window_shape(    6,  5, 4,  4,   3, 2, 1, 1, 1, 0, 0, 1))
pool_cases(window_shape(    9,  9, 4,  4,   2, 2, 3, 3, 0, 0, 0, 0))
pool_cases(window_shape(    5,  5, 3,  3,   5, 5, 5, 5, 0, 0, 0, 0))
map_cases(7, 5, 24)
map_cases(5, 3, 7)
activation_cases(5, 3, 7)
map_cases(4, 16, 16)
map_cases(3, 1, 1)
activation_cases(3, 1, 1)
map_cases(6, 9, 68)
activation_cases(6, 9, 68)
upsample_cases(4, 5, 8, 10, 24)
upsample_cases(3, 4, 7, 7, 5)
upsample_cases(1, 1, 5, 3, 8)
upsample_cases(5, 6, 5, 6, 4)
upsample_cases(9, 7, 4, 3, 3)
upsample_cases(2, 3, 6, 9, 17)
for _, align in ipairs { "corners", "edges" } do
    upsample_cases(4, 5, 8, 10, 24, align)
    upsample_cases(1, 4, 5, 1, 3, align)
    upsample_cases(9, 7, 4, 3, 3, align)
end
mixed_cases(5, 7, 9, 10)
mixed_cases(3, 4, 8, 5)
mixed_cases(1, 3, 1, 1)
mixed_cases(4, 6, 12, 20)
mixed_cases(1, 3, 4, 300) -- in two parts
mixed_cases(2, 3, 300, 4)
sparse_cases(4, 5, 2, 2, 8)
sparse_cases(3, 2, 1, 3, 5)
join_int8_cases(7, 5, 24)
join_int8_cases(5, 3, 7)
join_int8_cases(3, 1, 1)

program.write()
