name "net"
input { c = 3 }
dense { "fc", out = 1 }
train { update = "fc.*" }
