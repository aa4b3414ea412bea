name "n"
input { h = 8, w = 8, c = 2 }
local function block(name) conv { name, out = 4, k = 3, stride = 2 } end
block "a"
block "b"
block "c"
dense { "classifier", out = 2 }
train { update = "classifier.*", optimizer = sdg { rate = 0.1 } }
