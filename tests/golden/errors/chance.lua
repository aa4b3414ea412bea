name "chance"
input { h = 8, w = 8, c = 1, type = "float32" }
conv { "first", out = math.random(4), k = 3 }
