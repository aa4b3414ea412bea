-- Parts that the file's tensors do not have.
name "net"
weights "super.safetensors"
input { h = 8, w = 8, c = 4 }
conv { "small", out = 4, k = 1, bias = false, of = {} }
dwconv { "even", k = 3, bias = false, of = {} }
conv { "other", out = 4, k = 1, bias = false, of = { out = 6 } }
dwconv { "window", k = 3, bias = false, of = { k = 5 } }
conv { "groups", out = 4, k = 1, groups = 2, bias = false, of = {} }
conv { "none", out = 4, k = 1, bias = false, of = {} }
dwconv { "wide", k = 3, bias = false, of = {} }
dwconv { "matrix", k = 3, bias = false, of = {} }
dwconv { "through", k = 3, bias = false, of = {} }
