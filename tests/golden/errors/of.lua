name "net"
input { h = 4, w = 4, c = 3 }
conv { "a", out = 8, k = 5, of = { out = 6, k = 3 } }
conv { "b", out = 8, k = 3, of = 7 }
dwconv { "c", k = 3, of = { out = 9 } }
mbconv { "d", out = 8, hidden = 16, of = { expand = 4 } }
dense { "classifier", out = 3 }
