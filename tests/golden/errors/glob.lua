name "net"
input { h = 4, w = 4, c = 3 }
conv { "conv1", out = 8, k = 3 }
dense { "classifier", out = 2 }
train { update = { "clasifier.weight", "blocks.*.bias", "classifier.bias" } }
