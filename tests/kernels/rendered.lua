-- SPDX-License-Identifier: MIT
-- Kernels as the generator renders them, for a program that is written here: its first argument is the root of the tree.
local root = arg[1]
package.path = root .. "/generator/emit/?.lua;" .. package.path
local template = require "template"
local rendered, need, shared = {}, {}, {}

function template.source(name)
    local file = assert(io.open(root .. "/templates/" .. name))
    local text = file:read "a"
    file:close()
    return text
end

local function text(name, vars) return table.concat(template.render(name, template.source(name), vars)) end -- kernels hold no arrays

-- One more kernel, with vars as its operator binds them, and `fn`, `users` and `params` as the emitter does.
function rendered.add(kernel, vars)
    vars.need, vars.shared, vars.macs = need, shared, vars.macs or 0
    for _, list in ipairs { "from", "to", "from_x", "from_dy" } do
        if vars[list] == nil then vars[list] = false end -- all channels
    end
    text(kernel .. ".c.tpl", vars)
end

-- All of them, behind what they need: C, but for the includes.
function rendered.text()
    local tile = text("tile.c.tpl", { need = need }) -- needs more of the others
    local helpers = text("helpers.c.tpl", { need = need })
    local integers = text("integer.c.tpl", { need = need })
    return text("vectors.c.tpl", { need = need }) .. helpers .. integers .. tile .. template.kernels(shared)
end

return rendered
