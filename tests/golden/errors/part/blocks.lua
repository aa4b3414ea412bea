-- A network that knows nothing of branches.
name "blocks"
input { h = 8, w = 8, c = 4 }
conv { "first", out = 8, k = 3, s = 2, act = "relu6" }
mbconv { "blocks.0", out = 8, k = 3, hidden = 16 }
global_pool {}
dense { "fc", out = 3 }
train { update = { "fc.*" } }
