#!/bin/sh
# SPDX-License-Identifier: MIT
# make_choose.sh TINYTL_GEN OUT: the page of a search that was made once (choose.json); a search takes minutes.
exec lua5.4 - "$2" <<'END'
package.path = "../../generator/emit/?.lua"
local template = require "template"
local function text(path)
    local file = assert(io.open(path))
    return file:read "a"
end
template.source = function(name) return text("../../templates/" .. name) end
local facts = { kind = "choose", name = "signs", version = "0", data = text "choose.json" }
local file = assert(io.open(arg[1] .. "/page.html", "w"))
file:write(template.render("page.html.tpl", template.source "page.html.tpl", facts)[1])
END
