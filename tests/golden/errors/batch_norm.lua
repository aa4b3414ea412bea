name "net"
input { h = 4, w = 4, c = 3 }
conv { "a", out = 4, k = 3, act = "relu" }
batch_norm { "a.norm" }
dense { "fc", out = 2 }
