name "a"
input { h=8, w=8, c=1, type="float32" }
local x = conv { "u", out = 4, k = 1 }
conv { "v", out = 4, k = 1, from = x }
conv { "w", out = 4, k = 1, from = x }
global_pool {}
dense { "c", out = 3 }
train { update = { "*" }, optimizer = sgd { rate = 0.01 } }
