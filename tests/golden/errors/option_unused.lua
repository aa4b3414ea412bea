-- options: -D widht=4
name "net"
input { c = option("width", 3) }
dense { "fc", out = 2 }
