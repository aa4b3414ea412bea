-- What the second layer gives is remembered; the two behind it learn.
name "replay"
input { h = 6, w = 6, c = 2, type = "uint8", scale = 1 / 255 }
conv { "a", out = 4, k = 3, s = 2, act = "relu" }
conv { "b", out = 3, k = 3, act = "relu" }
conv { "c", out = 4, k = 3, act = "relu" }
dense { "d", out = 3 }
train { update = { "c.bias", "d.*" } }
replay { at = "b", samples = 5 }
