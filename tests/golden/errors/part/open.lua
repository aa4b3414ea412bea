input { h = 8, w = 8, c = 1 }
conv { "a", out = choice("width", { 4, 6 }), k = 3, act = choice("act", { "relu", "relu6" }) }
if option("deep", false) then conv { "b", out = 4, k = choice("third", { 1, 3 }) } end
train { update = { "a.bias" } }
