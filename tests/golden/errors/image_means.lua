name "t"
input { h = 8, w = 8, c = 3, type = "uint8", mean = { 0.485, 0.456, 0.406 }, scale = { 4.37, 4.46, 4.44 } }
dense { "d", out = 3, foo = 1 }
