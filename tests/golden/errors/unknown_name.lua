name "net"
input { h = 8, w = 8, c = 3 }
convv { "first", out = 8, k = 3 }
denes { "fc", out = 4 }
