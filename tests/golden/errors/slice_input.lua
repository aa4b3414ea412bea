name "slice_input"
input { h = 8, w = 8, c = 1, type = "float32" }
conv { "first", out = 4, k = 3 }
dense { "classifier", out = 3 }
train { update = { { "first.weight", input = 1/2 } }, optimizer = sgd { rate = 0, momentum = 0.99999999 } }
