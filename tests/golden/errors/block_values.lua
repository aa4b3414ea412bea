-- Blocks are Lua: what they are given wrongly is told of at the author's line, never at the prelude's.
name "net"
local x = input { h = 8, w = 8, c = 2 }
mbconv { "a", from = 3, out = 3 }
mbconv { "b", out = 3, expand = {}, norm = "batched" }
mbconv { "c", out = 3, lite = { k = "5", expand = "2", norm = "batch", groups = 1 } }
lite_residual { "d", from = conv, out = 3 }
mbconv { "e", out = 3, lite = 5 }
dense { "f", out = 2 }
