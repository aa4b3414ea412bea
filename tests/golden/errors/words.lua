name "net"
input { h = 4, w = 4, c = 3, type = "uint16", place = "flash" }
conv { "a", out = 8, k = 3, act = "gelu", pad = "valid" }
dense { "fc", out = 2, order = "nhwc" }
train { update = "fc.*", loss = "hinge" }
precision { forward = "fp16" }
