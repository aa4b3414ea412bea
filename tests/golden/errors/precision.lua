name "net"
input { c = 4 }
dense { "fc", out = 4 }
train { update = "fc.*", optimizer = adam { beta1 = 1 } }
precision { forward = "int8", gradients = "int8" }
