-- SPDX-License-Identifier: MIT
-- What specs.lua and its parts draw with.
local function between(lo, hi) return lo + (hi - lo) * math.random() end

return {
    chance = function(p) return math.random() < p end,
    pick = function(...) return (select(math.random(select("#", ...)), ...)) end,
    one_of = function(list) return list[math.random(#list)] end,
    between = between,
    power = function(lo, hi) return 10.0 ^ between(lo, hi) end,
}
