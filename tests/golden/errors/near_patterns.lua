name "n"
input { h = 8, w = 8, c = 2 }
conv { "first", out = 4, k = 3 }
dense { "classifier", out = 2 }
train { update = { "clasifier.*", "*.bais", "clasifier.weight" } }
