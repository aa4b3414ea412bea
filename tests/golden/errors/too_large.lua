name "n"
input { h = 10000, w = 10000, c = 1 }
conv { "a", out = 24, k = 3, s = 2 }
dense { "fc", out = 4 }
