name "net"
input { h = 4, w = 4, c = 3 }
dense { "fc", out = 20 }
train { update = "*" }
store { slots = 3, slot = 2048, erase = 1024, write = 8 }
