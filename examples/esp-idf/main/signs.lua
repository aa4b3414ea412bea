-- SPDX-License-Identifier: 0BSD
name    "signs"
input   { h = 32, w = 32, c = 1, type = "uint8", scale = 2/255, zero_point = 128 }

conv    { "first", out = 8, k = 3, s = 2, act = "relu6" }
mbconv  { "block1", out = 16, k = 3, s = 2, expand = 3, lite = { k = 3 } }
mbconv  { "block2", out = 16, k = 3, expand = 3, lite = { k = 3 } }
global_pool {}
dense   { "classifier", out = 4, init = "random" }

train   { update = { "classifier.*", "*.bias", "*.lite.*" }, optimizer = sgd { rate = 0.02 } }
budget  { ram = 64 * KiB }
