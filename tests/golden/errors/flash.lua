-- options: --flash 1K
name "net"
input { c = 64 }
dense { "fc", out = 10 }
