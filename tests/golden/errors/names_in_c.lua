name "net"
input { c = 3 }
dense { "a.b", out = 2 }
dense { "a_b", out = 2 }
