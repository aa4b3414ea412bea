name "net"
input { h = 4, w = 4, c = 3 }
conv { "a", out = 8, k = 7, pad = 0 }
dense { "fc", out = 2 }
