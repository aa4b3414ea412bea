name "net"
weights "truncated.safetensors"
input { c = 3 }
dense { "fc", out = 2 }
