-- Three dense layers in a row, for nonfinite.c.
name "net"
input { c = 3 }
dense { "a", out = 4, act = "relu" }
dense { "b", out = 4 }
dense { "c", out = 3 }
train { update = "*", optimizer = sgd { rate = 0.1, momentum = option("momentum", 0) } }
