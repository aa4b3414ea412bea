name "net"
input { h = 8, w = 8 }
conv { "a", out = 4, k = 3, from = "input" }
dense { "fc", out = 2 }
