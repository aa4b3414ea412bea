name "net"
input { h = 8, w = 8, c = 3 }
conv { "first", out = 8, k = 3, strides = 2 }
dense { "fc", out = 4, activation = "relu" }
