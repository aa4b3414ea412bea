-- The smallest network that has everything: a frozen convolution whose bias learns, and a classifier.
name "tiny"
input { h = 6, w = 5, c = 2 }
conv { "c", out = 3, k = 3, s = 2, act = "relu6" }
dense { "fc", out = 2 }
train { update = { "fc.*", "c.bias" } }
