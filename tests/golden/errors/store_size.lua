name "net"
input { h = 4, w = 4, c = 3 }
dense { "fc", out = 2 }
train { update = "*" }
store { slots = 4, slot = 1024 * MiB, erase = 4096, write = 8 }
