-- Group norm: statistics, and the sums of its gradient; a frozen one in front, which passes gradients on.
name "norm"
input { h = 6, w = 6, c = 3 }
conv { "a", out = 4, k = 3 }
group_norm { "n", groups = 2 }
conv { "b", out = 4, k = 3, act = "sigmoid" }
group_norm { "m", groups = 1, act = "relu" }
dense { "fc", out = 3 }
train { update = { "a.bias", "m.*", "fc.*" }, clip = 1 }
