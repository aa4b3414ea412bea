name "n"
input { h = 8, w = 8, c = 3, type = "uint8", scale = 1/255 }
conv { "a", out = 4, s = 2, k = 3 }
dense { "fc", out = 4 }
train { update = "fc.*", optimizer = sgd { rate = 50 } }
