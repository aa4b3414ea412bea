name "no_scales"
input { h = 8, w = 8, c = 3, type = "uint8" }
conv { "first", out = 4, k = 3, act = "relu6" }
global_pool {}
dense { "classifier", out = 2 }
train { update = "classifier.*" }
precision { forward = "int8", gradient = "int16" }
