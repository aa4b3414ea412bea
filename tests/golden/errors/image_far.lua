name "t"
input { h = 8, w = 8, c = 3, type = "uint8", scale = { 1, 1e300, 1 } }
dense { "d", out = 3 }
