name "net"
input { h = 4, w = 4, c = 3 }
dense { "fc", out = 2 }
train { update = "*" }
store { slot = 4096, erase = 100, write = 8 }
