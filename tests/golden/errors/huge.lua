name "net"
input { h = 65536, w = 65536, c = 65536 }
conv { "a", out = 1e9, k = 3 }
dense { "fc", out = 2 }
