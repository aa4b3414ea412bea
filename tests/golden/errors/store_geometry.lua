name "net"
input { h = 4, w = 4, c = 3 }
dense { "fc", out = 2 }
train { update = "*" }
store { slots = 3, slot = 6000, erase = 4096, write = 8 }
store { slots = 2, slot = 8192, erase = 4096, write = 8 }
