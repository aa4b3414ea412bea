name "net"
conv { "a", out = 8, k = 3 }
