name "net"
input { c = option("c", 3) }
error("the number of channels must be even")
