-- One tensor read by three layers: its gradient is a sum, collected without a node of its own where an
-- operator can add.
name "branches"
input { h = 4, w = 4, c = 2 }
local x = conv { "x", out = 4, k = 3 }
local a = conv { "a", from = x, out = 4, k = 3 }
local b = dwconv { "b", from = x, k = 3, act = "relu" }
local c = upsample { "c", from = avg_pool { "p", from = x, k = 2 }, like = x }
add { "s", from = { a, b } }
add { "t", from = { last_layer(), c }, act = "relu" }
dense { "fc", out = 2 }
train { update = { "x.*", "fc.*" } }
