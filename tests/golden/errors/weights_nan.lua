name "net"
weights "nan.safetensors"
input { c = 3 }
dense { "fc", out = 2 }
