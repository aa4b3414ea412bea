name "t"
input { h = 8, w = 8, c = 2 }
dense { "d", out = 3 }
train { update = "d.*" }
replay { at = "d", samples = 0 }
