name "net"
input { h = 4, w = 4, c = 3 }
dense { "fc", out = 2 }
store { slots = 3, slot = 8 * KiB, erase = 4 * KiB, write = 8 }
