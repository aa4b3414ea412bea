name "n"
input { h = 8, w = 8, c = 3, type = "uint8", scale = 1/255 } -- ÄÖÜäöü 日本語 a comment before a mistake far to the right, which has to be seen
local a = conv { "a", out = 4, s = 2, k = 3, init = "random", missing = "random" } local b = conv { "b", out = 4, kk = 3, init = "random", missing = "random", act = "relu6" }
