name "n"
input { h = 8, w = 8, c = 1 }
mbconv { "b", out = 4, lite = { k = 3 } }
mbconv { "c", out = 4, lite = { k = 3, groups = 3 } }
dense { "fc", out = 2 }
