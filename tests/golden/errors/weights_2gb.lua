name "net"
weights "header_2gb.safetensors"
input { c = 3 }
dense { "fc", out = 2 }
