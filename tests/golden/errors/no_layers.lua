name "net"
input { h = 4, w = 4, c = 3 }
