-- Rules are wrong where they are made, not where train takes them.
name "net"
input { h = 8, w = 8, c = 3, type = "uint8", scale = 1/255 }
conv { "a", out = 4, k = 3 }
global_pool {}
dense { "cls", out = 4 }
local rule = cosine {
    steps = 10,
    least = 2,
}
local how = sgd { rate = 0.1, momentum = "x" }
train { update = { "cls.*" }, optimizer = how, schedule = rule }
