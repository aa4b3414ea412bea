name "t"
input { h = 8, w = 8, c = 3, type = "uint8", mean = { 1, 2, "x" }, scale = {} }
conv { "a", out = 4, k = 1, spare = 2, nb = 3 }
precision { size = 3 }
