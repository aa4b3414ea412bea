name "t"
input { h = 8, w = 8, c = 3 }
dense { "d", out = 3 }
train { update = { d = "*" } }
