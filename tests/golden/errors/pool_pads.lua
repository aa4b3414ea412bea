-- Windows of pools that see nothing but padding.
name "net"
input { h = 4, w = 4, c = 2 }
max_pool { "before", k = 2, pad = 2 }
max_pool { "behind", k = 2, s = 2, pad = { 0, 3, 0, 0 } }
max_pool { "right", k = 2, s = 1, pad = { 0, 0, 0, 2 } }
dense { "d", out = 2 }
