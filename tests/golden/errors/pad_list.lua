name "net"
input { h = 8, w = 8, c = 3 }
conv { "a", out = 4, k = { 3, 3, 3 }, pad = { 1, 1 } }
conv { "b", out = 4, k = 3, s = {}, pad = -1 }
dense { "fc", out = 2 }
