name "t"
input { h = 8, w = 8, c = 2 }
for i = 0, 2 do mbconv { "blocks." .. i, out = 4, k = 3, expand = 2 } end
dense { "d", out = 3 }
train { update = "d.*" }
replay { at = "blocks.1.depthwise", samples = 5 }
