name "net"
weights "few.safetensors"
input { c = 4 }
dense { "fc", out = 2 }
dense { "fc2", out = 5 }
