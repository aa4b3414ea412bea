name "streamed"
input { h = 4, w = 4, c = 1, type = "uint8", place = "stream" }
conv { "a", out = 2, k = 3, act = "relu" }
dense { "fc", out = 3 }
train { update = { "fc.*" } }
replay { at = "a", samples = 4 }
