name "net"
weights "few.safetensors"
input { c = 3 }
dense { "fc1", out = 2 }
dense { "head", out = 2 }
