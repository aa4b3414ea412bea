-- activations with attributes
name "n"
input { h = 8, w = 8, c = 3 }
conv { "a", out = 4, k = 3, act = "lrelu" }
conv { "b", out = 4, k = 3, act = { "leaky_relu", alpha = 0.1 } }
conv { "c", out = 4, k = 3, act = { "leaky_relu", slope = "steep" } }
conv { "d", out = 4, k = 3, act = { slope = 0.1 } }
conv { "e", out = 4, k = 3, act = { "elu", alpha = -1 } }
conv { "f", out = 4, k = 3, act = { "gelu", approximate = "erf" } }
conv { "g", out = 4, k = 3, act = { 5 } }
conv { "h", out = 4, k = 3, act = 5 }
conv { "i", out = 4, k = 3, act = "prelu" }
elu { "j", alpha = -1 }
