name "net"
input { h = 8, w = 8, c = 3, typ = "uint8" }
conv { "first", out = 0, k = 3 }
conv { "second", k = 3 }
conv { "second", out = 8, k = "3" }
pool { k = 2 }
dense { "fc", out = 4.5 }
train { updates = { "fc.*" }, optimizer = "sgd" }
