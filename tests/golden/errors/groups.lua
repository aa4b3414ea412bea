name "net"
input { h = 8, w = 8, c = 3 }
conv { "a", out = 8, k = 3, groups = 2 }
group_norm { "n", groups = 3 }
dense { "fc", out = 2 }
