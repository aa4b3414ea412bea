-- Room for two classes: their rows are part of the net, the base is that of a network without room.
name "spare"
input { c = 4 }
dense { "hidden", out = 3, act = "relu" }
dense { "classifier", out = 2, spare = 2, init = "random" }
train { update = "classifier.*", optimizer = sgd { rate = 0.1, momentum = 0.9 } }
