name "string"
input { 8, 8, 2, c = 3 }
dense { "b\0c", out = 2 }
