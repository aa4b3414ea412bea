name "a"
input { h=8, w=8, c=1, type="float32" }
conv { "x", out = 4, k = 1 }
global_pool {}
dense { "c", out = 3 }
train { update = { ("y"):rep(1000000) }, optimizer = sgd { rate = 0.01 } }
