-- A network that leaves things open.
name "open"
input { h = 8, w = 8, c = 2 }
local width = choice("width", { 4, 6, 8 })
local third = choice("third", { 1 / 3, 0.5 })
for i = 1, 2 do
    conv { "layer." .. i, out = width, k = 3, act = choice("act", { "relu", "relu6" }) }
end
if choice("pool", { false, true }) then global_pool {} end
if choice("deep", { true, false }) then conv { "deep", out = option("more", 3) * 2, k = 1 } end
dense { "fc", out = third < 0.4 and 2 or 3 }
train { update = { "fc.*" }, optimizer = sgd { rate = 0.5 } }
