name "n"
input { h = 8, w = 8, c = 3, type = "uint8", scale = 1/255 }
conv { name = "first", filters = 8, kernel_size = 3, stride = 2, padding = 1, activation = "relu", dilation_rate = 2 }
dense { "fc", units = 4, in_features = 8, use_bias = false }
train { update = "fc.*", optimizer = sgd { lr = 0.01 } }
