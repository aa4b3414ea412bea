-- SPDX-License-Identifier: MIT
-- A C program that holds kernels and their tests, case by case: see harness.h.  generate.lua has the cases.
local rendered = require "rendered"
local program, seed = {}, tonumber(arg[2])

if seed then math.randomseed(seed) end

local tests, tables, calls, known = {}, {}, {}, {}

-- What arguments look like, in the order of a kernel's list.
local ctype = { [4] = "float", [1] = "uint8_t", [2] = "uint16_t" }

-- A: name, kind, rows, row, and optionally size, window(y) -> first, last.
local function param(a)
    local const = (a.kind == "IN" or a.kind == "CONST") and "const " or ""
    local p = const .. (a.ctype or ctype[a.size or 4]) .. " *" .. a.name
    return (a.kind == "IN" or a.kind == "OUT") and p .. ", int " .. a.name .. "n" or p
end

local function int(x) return type(x) == "boolean" and (x and 1 or 0) or x or 0 end

function program.copy(t, more)
    local new = {}
    for k, v in pairs(t) do new[k] = v end
    for k, v in pairs(more or {}) do new[k] = v end
    return new
end

-- Parts of a gradient, as the oracle of arithmetic_int8_dx is told of them.
local part = { mul_int8_dx = 0, excite_int8_dx = 1, div_int8_dx = 2, div_int8_db = 3 }

-- What an oracle sees of a test (struct vars in harness.h).
local function numbers(v)
    local all = program.copy(v, { i8 = v.wtype == "i8" or v.qtype == "int8", value = v.by == "value", zero = v.zero or v.x_zero,
                          bits = v.bits or v.share_bits, part = part[v.how], groups = v.groups or 1, dh = v.dh or 1, dw = v.dw or 1 })
    local list = {}
    for _, name in ipairs { "h", "w", "c", "oh", "ow", "oc", "kh", "kw", "sh", "sw", "top", "left", "groups", "i8", "transposed",
                            "limit", "keep", "value", "zero", "lo", "hi", "bits", "den", "drop", "dh", "dw", "inside", "first",
                            "start_y", "step_y", "den_y", "start_x", "step_x", "den_x", "fill", "a_zero", "b_zero", "y_zero", "y_scale", "part", "open", "open_shift", "factor", "b_factor", "own", "tflite", "multiplier", "shift", "from_zero", "to_zero", "in0", "in1",
                            "approximate", "eps", "scale", "slope", "alpha", "beta" } do
        if all[name] then list[#list + 1] = (".%s = %.9g"):format(name, int(all[name])) end
    end
    return table.concat(list, ", ")
end

-- A kernel with these vars and arguments, tried for so many steps; `same`: which of these may share memory with the result.
function program.case(kernel, vars, args, steps, same)
    if seed and known[kernel] and math.random() < 0.5 then return end
    known[kernel] = true
    local id = #tests + 1
    local params, c_args, fields = {}, {}, {}
    vars.fn, vars.users = ("%s_%d"):format(kernel, id), "a test"
    for k, a in ipairs(args) do
        if a then
            params[#params + 1] = param(a)
            local t = a.ctype or ctype[a.size or 4]
            c_args[#c_args + 1] = ("(%s%s *)a[%d].p"):format((a.kind == "IN" or a.kind == "CONST") and "const " or "", t, k - 1)
            if a.kind == "IN" or a.kind == "OUT" then c_args[#c_args + 1] = ("a[%d].n"):format(k - 1) end
            local window, fixed = "NULL", "NULL"
            if a.window then
                local list = {}
                for y = 0, steps - 1 do list[#list + 1] = ("{%d, %d}"):format(a.window(y)) end
                window = ("window_%d_%d"):format(id, k)
                tables[#tables + 1] = ("static const int %s[][2] = {%s};"):format(window, table.concat(list, ", "))
            end
            if a.fixed then
                fixed = ("fixed_%d"):format(id)
                tables[#tables + 1] = ("static const uint16_t %s[] = {%s};"):format(fixed, table.concat(a.fixed, ", "))
            end
            fields[#fields + 1] = ('{"%s", %s, %d, %d, %d, %s, %s, %d, 0, 0, 0, 0}'):format(
                a.name, a.kind, a.size or 4, a.rows or 1, a.row, window, fixed, int(a.positive))
        else
            fields[#fields + 1] = "{0, IN, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0}"
        end
    end
    params[#params + 1] = "int y0, int y1"
    vars.params = table.concat(params, ", ")
    rendered.add(kernel, vars)
    calls[#calls + 1] = ("static void call_%d(struct arg *a, int y0, int y1)\n{\n    %s(%s, y0, y1);\n}\n"):format(
        id, vars.fn, table.concat(c_args, ", "))
    local v = vars
    local describe = ("%s %dx%dx%d k%dx%d s%d,%d o%dx%dx%d g%d p%d,%d%s"):format(kernel, v.h, v.w, v.c, v.kh or 0,
        v.kw or 0, v.sh or 0, v.sw or 0, v.oh or 0, v.ow or 0, v.oc or 0, v.groups or 1, v.top or 0, v.left or 0,
        v.wtype == "i8" and " i8" or "")
    tests[#tests + 1] = ('    {"%s", {%s}, %d, %d, call_%d, oracle_%s,\n     {%s}},'):format(describe, numbers(v), steps,
        same or -1, id, kernel,
        table.concat(fields, ",\n      "))
end

function program.tensor(name, kind, h, row, window, size)
    return { name = name, kind = kind, rows = h, row = row, window = window, size = size }
end
function program.array(name, n, more) return program.copy({ name = name, kind = "CONST", row = n }, more) end
function program.acc(name, n) return { name = name, kind = "ACC", row = n } end

-- Integers: maps of a type ("i8", "i16", "f32"), and the range of a gradient with its exponent.
function program.whole(name, kind, type, h, row, window)
    local of = ({ i8 = { 1, "int8_t" }, i16 = { 2, "int16" }, f32 = { 4, "float" } })[type]
    return { name = name, kind = kind, rows = h, row = row, window = window, size = of[1], ctype = of[2] }
end
function program.range(name, exponent)
    return { name = name, kind = "RANGE", row = 6, ctype = "int32_t", positive = exponent }
end

function program.write()
    io.write("#include <math.h>\n#include <stddef.h>\n#include <stdint.h>\n#include <string.h>\n\n",
        rendered.text(),
        "#ifndef KERNELS_ONLY\n#include \"harness.h\"\n\n", table.concat(tables, "\n"), "\n\n", table.concat(calls, "\n"),
        "\nstatic struct test tests[] = {\n", table.concat(tests, "\n"), "\n};\n", [[

int main(void)
{
    for (size_t i = 0; i < sizeof tests / sizeof *tests; i++)
        run(&tests[i]);
    printf("%d checks of %d kernels, %d failed\n", checks, (int)(sizeof tests / sizeof *tests), failures);
    return failures > 0;
}
#endif
]])
end

return program
