name "t"
input { h = 8, w = 8, c = 2 }
local x = conv { "a", out = 4, k = 3 }
conv { "b", out = 4, k = 3 }
conv { "c", out = 4, k = 3 }
add { "sum", from = { x, conv { "e", out = 4, k = 1 } } }
dense { "d", out = 3 }
train { update = "d.*" }
replay { at = "c", samples = 5 }
