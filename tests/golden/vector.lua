-- No convolution: one dense layer, mean squared error, momentum and weight decay.
name "vector"
input { c = 3, type = "int8", scale = 1/64 }
dense { "fc", out = 2 }
train { update = "*", loss = "mse", optimizer = sgd { rate = 0.05, momentum = 0.9, weight_decay = 1e-4 } }
