name "net"
input { c = 3 }
dense "fc"
relu()
dense { "fc", out = 2 }
