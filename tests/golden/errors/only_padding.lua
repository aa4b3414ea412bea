-- Windows none of which sees anything of the map.
name "net"
input { h = 1, w = 1, c = 3 }
dwconv { "between", k = 2, dilation = 2, pad = 1 }
conv { "beside", out = 4, k = 1, s = 4, pad = { 1, 0, 0, 0 } }
conv { "first", out = 4, k = 3, pad = 1 }
