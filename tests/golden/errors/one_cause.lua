-- one cause, one message: what reads a layer that could not be made is not checked against its shape
name "signs-2"
input { h = 32, w = 32, c = 3, type = "uint8", scale = 1/255 }
conv { "first", out = "8", k = 3, s = 2, act = "relu6" }
mbconv { "block1", out = 16, k = 3, s = 2, expand = 3, act = "relu7", lite = { k = 3 } }
mbconv { "block1", out = 16, k = 3, expand = 3, lite = { k = 3 } }
convolute { "x" }
add { "y", from = { last_layer(), last_layer() } }
mbconv { "z", ouut = 16 }
global_pool {}
dense { "classifier", out = 4 }
train { update = { "classifier.*" }, optimizer = rmsprop { rate = 0.1 } }
