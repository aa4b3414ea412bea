name "net"
input { h = 8, w = 8, c = 3 }
local a = conv { "a", out = 8, k = 3 }
add { "sum", from = { a, b } }
dense { "fc", out = 2 }
