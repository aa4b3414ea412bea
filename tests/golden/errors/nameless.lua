name "t"
input { 8, 8, 2, type = "uint8" }
conv { "a", 4, 3 }
dense { "d", out = 3 }
train { "d.*", schedule = steps { 100, 0.5 } }
replay { "a", samples = 10 }
