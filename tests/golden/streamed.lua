-- The image comes row by row: a ring of it, and what can be made with each row.
name "streamed"
input { h = 8, w = 4, c = 1, type = "uint8", place = "stream" }
conv { "a", out = 2, k = 3, s = 2, act = "relu6" }
conv { "b", out = 4, k = 3, act = "relu6" }
dense { "fc", out = 3 }
train { update = { "fc.*", "b.bias" } }
-- options: --smallest
