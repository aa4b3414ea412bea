name "net"
input { h = 32, w = 32, c = 3 }
conv { "a", out = 16, k = 3, act = "relu" }
conv { "b", out = 16, k = 3, act = "relu" }
dense { "fc", out = 10 }
train { update = { "fc.*", "*.bias" } }
budget { ram = 8 * KiB, flash = 100 }
