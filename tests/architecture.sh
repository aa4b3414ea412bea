#!/bin/sh
# SPDX-License-Identifier: MIT
# docs/architecture.svg is what tools/architecture.lua draws of the includes today.  UPDATE_GOLDEN=1 draws it again.
# The journeys of docs/architecture.md go through files that there are, and name functions of them.
set -eu
cd "$(dirname "$0")/.."
drawn=$(mktemp)
trap 'rm -f "$drawn"' EXIT
lua5.4 tools/architecture.lua generator >"$drawn"
[ -z "${UPDATE_GOLDEN:-}" ] || cp "$drawn" docs/architecture.svg
cmp "$drawn" docs/architecture.svg || { echo "draw it again: UPDATE_GOLDEN=1 tests/architecture.sh" && exit 1; }
lua5.4 - <<'LUA'
local section = io.open("docs/architecture.md"):read "a":match "\n## Follow a .*"
local rows, failed = 0, false
local function complain(...) print("docs/architecture.md: " .. string.format(...)) failed = true end
local function contents(path)
    local file = io.open(path)
    return file and file:read "a" or complain("there is no %s", path)
end
for path in section:gmatch "`([%w_]+/[%w_/]+%.[%w.]+)`" do contents(path) end
for path, cell in section:gmatch "\n| `([^`]+)` | ([^\n]*) |" do
    local text = contents(path) or ""
    rows = rows + 1
    for name in cell:gmatch "`([%l_]+)`" do
        if not text:find("%f[%w_]" .. name .. "%f[^%w_]") then complain("no %s in %s", name, path) end
    end
end
if rows < 20 then complain("its journeys were not found") end
os.exit(not failed)
LUA
