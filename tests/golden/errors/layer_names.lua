name "net"
input { c = 3 }
dense { "a b", out = 2 }
dense { 7, out = 2 }
dense { "fc", out = 2 }
dense { "fc", out = 2 }
