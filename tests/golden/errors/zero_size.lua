name "net"
input { h = 0, w = 4, c = 3 }
conv { "a", out = 8, k = 0 }
dense { "fc", out = -2 }
