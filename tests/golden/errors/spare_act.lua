name "t"
input { c = 4 }
dense { "a", out = 3, spare = 2, act = "relu" }
train { update = "*" }
