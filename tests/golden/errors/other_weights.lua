name "n"
weights "few.safetensors"
input { h = 8, w = 8, c = 3 }
conv { "other1", out = 4, k = 3 }
conv { "other2", out = 4, k = 3 }
conv { "other3", out = 4, k = 3 }
conv { "other4", out = 4, k = 3 }
conv { "other5", out = 4, k = 3 }
conv { "other6", out = 4, k = 3 }
