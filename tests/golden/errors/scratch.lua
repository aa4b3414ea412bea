-- options: --scratch 500
name "net"
input { h = 8, w = 8, c = 3 }
conv { "a", out = 8, k = 3, act = "relu" }
dense { "fc", out = 4 }
train { update = { "a.*", "fc.*" } }
