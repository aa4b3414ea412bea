name "twice"
input { h = 8, w = 8, c = 3, type = "int8", zero_point = 200 }
mbconv { {}, out = 4, k = 3 }
conv { "a", 4, k = 3, out = 8 }
dense { "b", out = 2 }
budget { ram = 1000 }
train { update = "b.*", optimizer = adam { rate = 0.5 }, batch = 4, clip = -1 }
train { update = "a.bias" }
budget { ram = 64 * KiB }
name "string"
