name "t"
input { h = 8, w = 8, c = 2 }
local x = conv { "a", out = 4, k = 3 }
dense { "d", out = 3 }
train { update = "*" }
replay { at = x, samples = 3 }
