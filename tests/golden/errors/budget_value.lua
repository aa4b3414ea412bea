name "net"
input { h = 4, w = 4, c = 3 }
dense { "fc", out = 2 }
budget { ram = "96K", scratch = -1, memory = 5 }
