name "net"
local x = input { h = 4, w = 4, c = 3 }
conv { "a", out = 4, k = 3 }
upsample { "u", h = 8 }
max_pool { "m", k = 17 }
avg_pool { "p", from = x, k = 2, pad = 2 }
dense { "fc", out = 2 }
