name "t"
input { h = 8, w = 8, c = 2 }
dense { "d", out = 3 }
train { update = "d.*", optimizer = cosine { steps = 5 }, schedule = sgd { rate = 0.1 } }
