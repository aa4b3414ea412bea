name "net"
input { h = 4, w = 4, c = 3 }
dense { "fc", out = 2 }
train { update = "*" }
store { slots = 1, slot = 4096, erase = 4096, write = 8 }
