name "image"
input { h = 8, w = 8, c = 3, type = "rgb565", mean = { 0.485, 0.456, -0.406 }, scale = "small" }
conv { "a", out = 4, k = 3 }
