name "net"
input { h = 4, w = 4, c = 4 }
conv { "a", out = 8, k = 3, groups = 2 }
dense { "fc", out = 2 }
train { update = { { "a.weight", inputs = 1/2 }, { "fc.weight", inputs = 2 }, { "fc.weight", inputs = 1/2, outputs = 1/2 }, 7 } }
