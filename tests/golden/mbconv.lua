-- Two inverted bottlenecks with lite residuals: blocks of the prelude, masks, sums that ride along.
name "mbconv"
input { h = 12, w = 12, c = 3, type = "uint8", scale = 2/255, zero_point = 128 }
conv { "first", out = 4, k = 3, s = 2, act = "relu6" }
mbconv { "blocks.0", out = 4, k = 3, expand = 3, lite = { k = 5, groups = 2 } }
mbconv { "blocks.1", out = 8, k = 3, s = 2, expand = 3, lite = { k = 5, groups = 2 } }
global_pool { "pool" }
dense { "classifier", out = 5 }
train { update = { "classifier.*", "blocks.*.bias", "blocks.*.lite.*" }, optimizer = sgd { rate = 0.01 } }
budget { ram = 64 * KiB }
