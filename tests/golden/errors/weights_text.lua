name "weights_text"
input { h = 8, w = 8, c = 1, type = "float32" }
weights "chance.lua"
conv { "first", out = 4, k = 3 }
