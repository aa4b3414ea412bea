-- options: -D width=many
name "net"
input { c = option("width", 3) }
dense { "fc", out = 2 }
