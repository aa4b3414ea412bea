name "net"
local x = input { h = 8, w = 8, c = 4 }
conv { "a", out = 8, k = 1, lora = 5 }
conv { "b", out = 8, k = 3, groups = 2, lora = 2 }
dwconv { "c", k = 3, lora = 2 }
lora { rank = 2 }
conv { "d", out = 8, k = 1, lora = 1.5 }
conv { "e", out = 8, k = 1, lora = { rank = 2, alpha = 3 } }
lora { rank = 2 }
lora { rank = 2, from = x }
lora { 2 }
lora { rank = 2, from = "e" }
dense { "classifier", out = 3, lora = "4" }
