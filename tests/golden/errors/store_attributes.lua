name "net"
input { h = 4, w = 4, c = 3 }
dense { "fc", out = 2 }
train { update = "*" }
store { slots = 2.5, slot = 4096, write = 8, pages = 2 }
