name "x"
input { c = 1, h = 8, w = 8 }
conv { "a", out = 4, k = 3 }
dense { "d", out = 2 }
train { update = { { "d.bias", inputs = 1/2 }, { "*.bias", outputs = 1/2 } } }
