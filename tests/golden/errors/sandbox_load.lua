name "net"
load("x = 1")()
