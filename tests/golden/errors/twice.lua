name "net"
input { h = 4, w = 4, c = 3 }
input { h = 4, w = 4, c = 3 }
