-- SPDX-License-Identifier: MIT
-- template.lua: turns a C template into text.
--
--   % lua statement        a line whose first non-blank is '%' is Lua
--   text $(expr) text      anything else is output; $(expr) is interpolated
--
-- Every template line becomes exactly one line of Lua, so an error message of Lua's carries the
-- template's name and line. A template may define Lua functions around its lines and call them.
--
-- What a template sees, besides the variables of its caller:
--   f(x)          a C float constant with the fewest digits that give x back
--   need"name"    notes that the file needs the helper or tile `name`; need.name tells
--   include"name" the template `name` at this place, with the same variables
--   widths(c)     the vector widths that c channels take, steps(n) those of n elements: see below
--   unused"a"     whether the function being written has a parameter a, which it has no use for
--   shared(name, write)   the text that write() makes, a function that kernels of all shapes share: written once
--   kernel(name, arguments, ...)   a line of its own for this shape, that hands the shared function its numbers;
--                 before them, if any, a table of C that declares what has a size of its shape, and its attribute
--   target        what the file is for: see below; what it decides of the preprocessor's conditions is not written
local M = {}

-- The host sets this: the text of a template, by name ("depthwise.c.tpl").
function M.source(name)
    error("no source for template '" .. name .. "'")
end

local function translate(text)
    local out = {}
    for line in (text:gsub("\n?$", "\n", 1)):gmatch("([^\n]*)\n") do
        local code = line:match("^%s*%%(.*)$")
        if not code then
            local args, pos = {}, 1
            for from, expr, to in line:gmatch("()%$(%b())()") do
                args[#args + 1] = ("%q,%s"):format(line:sub(pos, from - 1), expr)
                pos = to
            end
            args[#args + 1] = ("%q"):format(line:sub(pos))
            code = "_put(" .. table.concat(args, ",") .. ")"
        end
        out[#out + 1] = code
    end
    return table.concat(out, "\n")
end

function M.float(v)
    if v ~= v or v == math.huge or v == -math.huge then
        error("not a finite number: " .. tostring(v), 2)
    end
    local wanted = string.pack("<f", v)
    v = string.unpack("<f", wanted) -- 9 digits give a float back, not any number near it
    for digits = 1, 9 do
        local s = ("%." .. digits .. "g"):format(v)
        if string.pack("<f", tonumber(s)) == wanted then
            -- A decimal comma of the host's locale is no business of the C text.
            s = s:gsub(",", ".")
            return (s:find("[.e]") and s or s .. ".0") .. "f"
        end
    end
    error("no float: " .. v, 2)
end

-- Channels are taken LANES at a time, then 8, 4 and 1 at a time as far as c leaves a remainder, if a target has vectors.
-- Each entry: v, the suffix of vec/load/store; lanes, how many; guard, the #if it stands under.
function M.widths(c, target)
    local list = { { v = "", lanes = "LANES" } }
    if target.lanes == 1 then return list end
    if c % 16 >= 8 then list[#list + 1] = { v = "8", lanes = 8, guard = "LANES > 8" } end
    if c % 8 >= 4 then list[#list + 1] = { v = "4", lanes = 4, guard = "LANES > 4" } end
    if c % 4 > 0 then list[#list + 1] = { v = "1", lanes = 1, guard = "LANES > 1" } end
    return list
end

-- The same for rows of n elements, where short tails may go one by one.
function M.steps(n, target)
    local list = { { v = "", lanes = "LANES" } }
    if target.lanes == 1 then return list end
    if n % 16 > 0 then list[#list + 1] = { v = "1", lanes = 1, guard = "LANES > 1" } end
    return list
end

-- What the compilers of a target can use: name; lanes, 1 where there are no vectors; dsp, pairs of int16; helium, vectors
-- of integers on a Cortex-M; avx2; narrow, multiplication of 32 bits to 32 alone.
M.generic = { name = "generic", dsp = true, helium = false, avx2 = true, narrow = true }

-- Whether a condition of the preprocessor holds on every machine that the target stands for: nil where it depends.
local function decided(condition, target)
    local relation, lanes = condition:match("^LANES ([=>]+) (%d+)")
    if relation and target.lanes == 1 then return relation == "==" and lanes == "1" end
    if condition:find("^DSP%f[%W]") and not target.dsp then return false end
    if condition:find("^HELIUM%f[%W]") and not target.helium then return false end
    if condition:find("^_*AVX2%f[%W]") and not target.avx2 then return false end
end

-- Returns a function that says of each line of a text whether it is to be written: what stands under conditions that
-- the target decides is, or is not, and their own lines are not. So templates write #if where the text for all targets
-- has one.
local function preprocessor(target)
    local open, hidden = {}, 0 -- open conditions: decided or not, as it is now
    return function(line)
        local word, condition = line:match("^#%s*(%a+)%s*(.*)")
        if word == "if" or word == "ifdef" then
            local holds = decided((condition:gsub("^defined ", "")), target)
            open[#open + 1] = { decided = holds ~= nil, holds = holds ~= false }
            if holds == false then hidden = hidden + 1 end
            return holds == nil and hidden == 0
        elseif word == "ifndef" then
            open[#open + 1] = { holds = true }
        elseif word == "elif" or word == "else" or word == "endif" then
            local last = open[#open]
            if last.decided and word == "elif" then error("#elif where the target decides", 0) end
            if last.decided and not last.holds then hidden = hidden - 1 end
            if word == "endif" then open[#open] = nil end
            if word == "else" and last.decided then
                last.holds = not last.holds
                if not last.holds then hidden = hidden + 1 end
            end
            return not last.decided and hidden == 0
        end
        return hidden == 0
    end
end

-- A name that a template uses but nobody bound is an error, never "nil" in the C.
local strict = {
    __index = function(_, name) error("undefined '" .. tostring(name) .. "'", 2) end,
}

-- ---- kernels that differ only in numbers: one inline function, and one line a shape ----
--
-- `all`: { {name =, text =, lines = {...}}, ... }, in order of first use; a kernel without a shared function is a text alone.

local function shared_functions(all, own)
    local function shared(name, write)
        local text = own(write)
        if all[name] then
            if all[name].text ~= text then error("two functions called " .. name, 2) end
            return
        end
        all[name] = { name = name, text = text, lines = {} }
        all[#all + 1] = all[name]
    end
    return shared
end

-- "x+ w ?b y+": an argument; a + has its number of rows behind it, a ? may be absent from the kernel. Returns how the
-- kernel passes them on, and those that may be absent and are not.
local function passed(params, arguments)
    local list, present = {}, ""
    for optional, name, rows in arguments:gmatch("(%??)([%w_]+)(%+?)") do
        local there = params:find("[ *]" .. name .. "%f[%W]") ~= nil
        if not there and optional == "" then error("the kernel has no " .. name, 3) end
        if there and optional ~= "" then present = present .. "_" .. name end
        list[#list + 1] = (there and name or "NULL") .. (rows == "" and "" or there and ", " .. name .. "n" or ", 1")
    end
    list[#list + 1] = "y0, y1"
    return table.concat(list, ", "), present
end

local function kernel_line(all, vars)
    return function(name, arguments, ...)
        local pass, present = passed(vars.params, arguments)
        local lines, numbers, arrays = all[name].lines, { ... }, {}
        if type(numbers[1]) == "table" then arrays = table.remove(numbers, 1) end
        lines[#lines + 1] = {
            fn = vars.fn, params = vars.params:gsub("%s+", " "), pass = pass, present = present,
            numbers = table.concat(numbers, ", "), attribute = arrays.attribute or "",
            declared = table.concat(arrays, " ") .. (#arrays > 0 and " " or ""),
            yield = vars.yield and " " .. vars.yield or "",
            comment = vars.users .. (vars.macs > 0 and (": %d MACs"):format(vars.macs) or ""),
        }
    end
end

-- The kernels of one shared function. A macro stands for what all of them get and pass on.
local function write_lines(out, group)
    local written = {}
    for _, line in ipairs(group.lines) do
        local variant = group.name:upper() .. line.present:upper()
        local numbers = line.numbers == "" and "" or ", " .. line.numbers
        if not written[variant] then
            out[#out + 1] = ("#define ARGS_%s %s\n#define PASS_%s %s\n"):format(variant, line.params, variant, line.pass)
            written[variant] = line
        end
        assert(written[variant].params == line.params and written[variant].pass == line.pass, variant)
        out[#out + 1] = ("%sKERNEL void %s(ARGS_%s) { %s%s(PASS_%s%s);%s } /* %s */\n"):format(line.attribute, line.fn, variant,
            line.declared, group.name, variant, numbers, line.yield, line.comment)
    end
    if #group.lines > 0 then out[#out + 1] = "\n" end
end

-- The text of all kernels, which were rendered with vars.shared = all.
function M.kernels(all)
    local out = {}
    for _, group in ipairs(all) do
        out[#out + 1] = group.text
        write_lines(out, group)
    end
    return table.concat(out)
end

-- True of a number that says nothing where it is put: " * 1", " / 1", " + 0", " - 0".
local function adds_nothing(v, before, after)
    v = v == "0" and 0 or v == "1" and 1 or v
    if v ~= 0 and v ~= 1 or type(before) ~= "string" then return false end
    local operator = before:match("[%w%)%]] ([-+*/]) $") or before:match("^ ([-+*/]) $")
    if type(after) == "number" or type(after) == "string" and after:find(v == 0 and "^ ?[%w.*/%%]" or "^[%w.]") then return false end
    return operator ~= nil and (v == 1) == (operator == "*" or operator == "/")
end

-- render(name, text, vars): name is for messages. vars.need, if given, is a table shared by all
-- templates of one file: the kernels fill it, the helpers and tiles, rendered last, read it.
-- Where parts of a text fall out, one empty line is left.
-- Returns a list: texts, and between them what the host gave as a pointer because it is long.
function M.render(name, text, vars)
    local pieces, out, env = {}, {}, {}
    for k, v in pairs(vars) do env[k] = v end
    env.ipairs, env.math, env.string, env.table = ipairs, math, string, table
    env.tostring, env.f = tostring, M.float
    env.target = vars.target or M.generic
    function env.widths(c) return M.widths(c, env.target) end
    function env.steps(n) return M.steps(n, env.target) end
    local shown = preprocessor(env.target)
    env.need = setmetatable({}, {
        __index = vars.need or {},
        __call = function(_, what) if vars.need then vars.need[what] = true end end,
    })
    function env.unused(parameter)
        return (" " .. vars.params):find("[ *]" .. parameter .. "%f[%W]") ~= nil
    end
    function env._put(...)
        local line = ...
        if not shown(line:find("^#") and table.concat { ... } or "") then return end
        local parts = { ... }
        for i, v in ipairs(parts) do
            if type(v) == "userdata" then
                pieces[#pieces + 1], pieces[#pieces + 2] = table.concat(out), v
                out, v = {}, ""
            end
            if math.type(v) == "float" then error("bare float " .. v .. ", write $(f(...))", 2) end
            if type(v) ~= "string" and math.type(v) ~= "integer" then
                error("cannot write a " .. type(v), 2)
            end
            local next = i + 1
            while parts[next] == "" do next = next + 1 end
            if adds_nothing(v, out[#out], parts[next]) then
                out[#out] = out[#out]:sub(1, -4)
            else
                out[#out + 1] = tostring(v)
            end
        end
        out[#out + 1] = "\n"
    end
    if vars.shared then
        env.shared = shared_functions(vars.shared, function(write)
            local outer = out
            out = {}
            write()
            local text = table.concat(out)
            out = outer
            return text
        end)
        env.kernel = kernel_line(vars.shared, vars)
    end
    function env.include(part)
        assert(load(translate(M.source(part)), "@" .. part, "t", env))()
    end
    setmetatable(env, strict)
    assert(load(translate(text), "@" .. name, "t", env))()
    pieces[#pieces + 1] = table.concat(out)
    for i, piece in ipairs(pieces) do
        if type(piece) == "string" then pieces[i] = piece:gsub("\n\n\n+", "\n\n") end
    end
    local own = pieces[1]:gsub("^\n+", "")
    if vars.yield then own = own:gsub("\n}\n*$", "\n    " .. vars.yield .. "\n}\n") end
    if vars.shared and own ~= "" then table.insert(vars.shared, { text = own .. "\n", lines = {} }) end
    return pieces
end

return M
