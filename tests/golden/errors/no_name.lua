input { h = 4, w = 4, c = 3 }
dense { "fc", out = 2 }
